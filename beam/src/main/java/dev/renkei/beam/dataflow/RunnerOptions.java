package dev.renkei.beam.dataflow;

import dev.renkei.core.config.PipelinesConfig;
import java.util.TreeMap;
import org.apache.beam.runners.dataflow.DataflowRunner;
import org.apache.beam.runners.dataflow.options.DataflowPipelineOptions;
import org.apache.beam.runners.dataflow.options.DataflowPipelineWorkerPoolOptions.AutoscalingAlgorithmType;
import org.apache.beam.sdk.extensions.gcp.auth.NoopCredentialFactory;
import org.apache.beam.sdk.extensions.gcp.storage.NoopPathValidator;
import org.apache.beam.sdk.options.PipelineOptions;

/** The configuration in the terms of Beam's Dataflow runner. */
final class RunnerOptions {
  private RunnerOptions() {}

  /**
   * Sets what the configuration says.
   *
   * @param decision a launch or an update
   */
  static DataflowPipelineOptions set(
      PipelineOptions base, DataflowTarget target, String jobName, Decision decision) {
    DataflowPipelineOptions options = base.as(DataflowPipelineOptions.class);
    PipelinesConfig.Dataflow settings = target.settings();
    options.setRunner(DataflowRunner.class);
    options.setStreaming(true);
    options.setJobName(jobName);
    options.setProject(target.place().project());
    options.setRegion(target.place().region());
    options.setTempLocation(target.temp());
    options.setGcpTempLocation(target.temp());
    options.setStagingLocation(target.temp() + "/staging");
    options.setWorkerMachineType(settings.workers().machineType());
    options.setNumWorkers(settings.workers().atStart());
    options.setMaxNumWorkers(settings.workers().atMost());
    options.setAutoscalingAlgorithm(
        AutoscalingAlgorithmType.valueOf(settings.workers().autoscaling().name()));
    options.setEnableStreamingEngine(settings.streamingEngine());
    options.setUsePublicIps(settings.network().publicIps());
    if (settings.network().serviceAccount() != null) {
      options.setServiceAccount(settings.network().serviceAccount());
    }
    if (settings.network().network() != null) {
      options.setNetwork(settings.network().network());
    }
    if (settings.network().subnetwork() != null) {
      options.setSubnetwork(settings.network().subnetwork());
    }
    if (!settings.labels().isEmpty()) {
      options.setLabels(new TreeMap<>(settings.labels()));
    }
    options.setUpdate(decision instanceof Decision.Update);
    if (target.place().endpoint() != null) {
      options.setApiRootUrl(target.place().address());
      options.setDataflowEndpoint("");
    }
    if (target.place().isOpen()) {
      withoutAccount(options);
    }
    return options;
  }

  /** Nothing is asked of Google's services for credentials or paths. */
  static void withoutAccount(DataflowPipelineOptions options) {
    options.setCredentialFactoryClass(NoopCredentialFactory.class);
    options.setPathValidatorClass(NoopPathValidator.class);
  }
}
