package dev.renkei.beam.features;

import dev.renkei.beam.flow.FlowHub;
import dev.renkei.core.config.BigtableConfig;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.steps.flow.SchemaAccess;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the pipeline of features is made of.
 *
 * @param source the configured name of the source
 * @param bigtable with the endpoint that counts on the workers; null where no feature goes there
 */
public record FeaturesPlan(
    FlowHub hub,
    String source,
    SchemaAccess schemas,
    ArrayList<FeatureConfig> features,
    FeatureSinks sinks,
    @Nullable BigtableConfig bigtable)
    implements Serializable {
  private static final long serialVersionUID = 1;

  public FeaturesPlan {
    features = new ArrayList<>(features);
    if (features.isEmpty()) {
      throw new IllegalArgumentException("no features");
    }
  }

  /** The tables of the features that go to a target. */
  List<String> tables(FeatureConfig.Target target) {
    return features.stream()
        .filter(feature -> feature.to().contains(target))
        .map(feature -> feature.table().toString())
        .toList();
  }
}
