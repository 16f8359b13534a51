package dev.renkei.bigquery.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.PolicyTags;
import com.google.cloud.bigquery.StandardSQLTypeName;
import com.google.cloud.bigquery.TableId;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

class ResourceTest {
  @Nested
  class InTheStandIn extends ResourceContract {
    @Override
    Place open() throws IOException {
      return Place.inTheStandIn();
    }

    @Test
    void aColumnKeepsItsPolicyTag() {
      PolicyTags tags = tags("projects/p/locations/us/taxonomies/1/policyTags/2");
      place.table(
          "tagged_column",
          List.of(),
          Field.newBuilder("c", StandardSQLTypeName.STRING).setPolicyTags(tags).build());
      Field column =
          Objects.requireNonNull(
                  place
                      .bigQuery
                      .getTable(TableId.of(place.dataset, "tagged_column"))
                      .getDefinition()
                      .getSchema())
              .getFields()
              .get(0);
      assertThat(column.getPolicyTags()).isEqualTo(tags);
    }
  }

  @Nested
  @EnabledIfEnvironmentVariable(
      named = Place.REAL_PROJECT,
      matches = ".+",
      disabledReason = "needs a Google account: RENKEI_BIGQUERY_PROJECT is not set")
  class InGoogleCloud extends ResourceContract {
    @Override
    Place open() throws IOException {
      return Place.inGoogleCloud();
    }
  }
}
