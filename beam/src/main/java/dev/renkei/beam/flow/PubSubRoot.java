package dev.renkei.beam.flow;

import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.extensions.gcp.auth.NoopCredentialFactory;
import org.apache.beam.sdk.extensions.gcp.options.GcpOptions;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubOptions;
import org.jspecify.annotations.Nullable;

/** Where a pipeline reaches Pub/Sub; Beam knows one place for all of its sources and sinks. */
public final class PubSubRoot {
  private PubSubRoot() {}

  /**
   * Sets it.
   *
   * @param url {@code http://host:port} of an emulator, which is asked without credentials, or
   *     another {@code https:} address; null for Google's
   */
  public static void use(Pipeline pipeline, @Nullable String url) {
    if (url == null) {
      return;
    }
    pipeline.getOptions().as(PubsubOptions.class).setPubsubRootUrl(url);
    if (url.startsWith("http:")) {
      pipeline
          .getOptions()
          .as(GcpOptions.class)
          .setCredentialFactoryClass(NoopCredentialFactory.class);
    }
  }
}
