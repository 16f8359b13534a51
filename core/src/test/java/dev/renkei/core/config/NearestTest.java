package dev.renkei.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  @ParameterizedTest
  @CsvSource({"'',abc,3", "abc,abc,0", "abc,acb,1", "port,prot,1", "databse,database,1", "a,b,1"})
  void countsEdits(String a, String b, int edits) {
    assertThat(Nearest.distance(a, b)).isEqualTo(edits);
    assertThat(Nearest.distance(b, a)).isEqualTo(edits);
  }

  @Test
  void findsWhatWasMeant() {
    assertThat(Nearest.to("intervall", List.of("include", "interval"))).hasValue("interval");
    assertThat(Nearest.to("x", List.of())).isEmpty();
  }
}
