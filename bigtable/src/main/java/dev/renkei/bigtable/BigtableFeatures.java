package dev.renkei.bigtable;

import dev.renkei.core.config.BigtableConfig;
import dev.renkei.core.feature.FeatureSink;
import dev.renkei.core.feature.FeatureSinkException;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Features in Bigtable, in the form of latest rows (docs/bigtable.md). */
public final class BigtableFeatures implements FeatureSink {
  private final BigtableConfig config;
  private @Nullable LatestWriter<HubRecord> writer;

  private BigtableFeatures(BigtableConfig config) {
    this.config = config;
  }

  /**
   * Connects when it first writes, and makes the table where it is missing.
   *
   * @param config with the endpoint that counts
   */
  public static BigtableFeatures of(BigtableConfig config) {
    return new BigtableFeatures(config);
  }

  @Override
  public List<Refused> write(List<HubRecord> rows)
      throws FeatureSinkException, InterruptedException {
    List<Refused> refused = new ArrayList<>();
    try {
      LatestWriter<HubRecord> to = writer();
      for (HubRecord row : rows) {
        MessageAttributes attributes = row.attributes();
        if (attributes == null) {
          throw new IllegalArgumentException("a row of unreadable attributes");
        }
        try {
          to.add(row, LatestChange.read(attributes, row.routingKey(), row.payload()));
        } catch (MessageException e) {
          refused.add(new Refused(row, String.valueOf(e.getMessage())));
        }
      }
      for (HubRecord row : to.flush()) {
        refused.add(new Refused(row, "a row that Bigtable refuses, most likely for its size"));
      }
      return refused;
    } catch (BigtableException e) {
      close();
      throw new FeatureSinkException(String.valueOf(e.getMessage()), e);
    }
  }

  private LatestWriter<HubRecord> writer() throws BigtableException {
    LatestWriter<HubRecord> open = writer;
    if (open == null) {
      LatestTable.make(config);
      open = LatestWriter.open(config);
      writer = open;
    }
    return open;
  }

  @Override
  public void close() {
    LatestWriter<HubRecord> open = writer;
    writer = null;
    if (open != null) {
      open.close();
    }
  }
}
