package dev.renkei.bigquery.standin;

import java.io.IOException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

class WriteTest {
  @Nested
  class InTheStandIn extends WriteContract {
    @Override
    Place open() throws IOException {
      return Place.inTheStandIn();
    }
  }

  @Nested
  @EnabledIfEnvironmentVariable(
      named = Place.REAL_PROJECT,
      matches = ".+",
      disabledReason = "needs a Google account: RENKEI_BIGQUERY_PROJECT is not set")
  class InGoogleCloud extends WriteContract {
    @Override
    Place open() throws IOException {
      return Place.inGoogleCloud();
    }
  }
}
