package dev.renkei.beam.dataflow;

import com.google.api.services.dataflow.model.FlexTemplateRuntimeEnvironment;
import com.google.api.services.dataflow.model.LaunchFlexTemplateParameter;
import com.google.api.services.dataflow.model.LaunchFlexTemplateRequest;
import dev.renkei.core.config.PipelinesConfig;
import java.util.Map;
import java.util.TreeMap;

/**
 * The request that launches a Flex Template, or updates the job that runs (slide 33, in the form of
 * templates that are container images).
 */
final class FlexTemplate {
  private FlexTemplate() {}

  /**
   * @param parameters of the template, by the names in its metadata
   * @param decision a launch or an update
   */
  static LaunchFlexTemplateRequest request(
      DataflowTarget target, String jobName, Map<String, String> parameters, Decision decision) {
    LaunchFlexTemplateParameter launch =
        new LaunchFlexTemplateParameter()
            .setJobName(jobName)
            .setContainerSpecGcsPath(target.settings().template())
            .setParameters(new TreeMap<>(parameters))
            .setEnvironment(environment(target));
    if (decision instanceof Decision.Update) {
      launch.setUpdate(true);
    }
    return new LaunchFlexTemplateRequest().setLaunchParameter(launch);
  }

  private static FlexTemplateRuntimeEnvironment environment(DataflowTarget target) {
    PipelinesConfig.Dataflow settings = target.settings();
    FlexTemplateRuntimeEnvironment environment =
        new FlexTemplateRuntimeEnvironment()
            .setTempLocation(target.temp())
            .setStagingLocation(target.temp() + "/staging")
            .setMachineType(settings.workers().machineType())
            .setNumWorkers(settings.workers().atStart())
            .setMaxWorkers(settings.workers().atMost())
            .setAutoscalingAlgorithm(autoscaling(settings.workers().autoscaling()))
            .setEnableStreamingEngine(settings.streamingEngine())
            .setIpConfiguration(
                settings.network().publicIps() ? "WORKER_IP_PUBLIC" : "WORKER_IP_PRIVATE");
    if (settings.network().serviceAccount() != null) {
      environment.setServiceAccountEmail(settings.network().serviceAccount());
    }
    if (settings.network().network() != null) {
      environment.setNetwork(settings.network().network());
    }
    if (settings.network().subnetwork() != null) {
      environment.setSubnetwork(settings.network().subnetwork());
    }
    if (!settings.labels().isEmpty()) {
      environment.setAdditionalUserLabels(new TreeMap<>(settings.labels()));
    }
    return environment;
  }

  private static String autoscaling(PipelinesConfig.Dataflow.Autoscaling autoscaling) {
    return switch (autoscaling) {
      case THROUGHPUT_BASED -> "AUTOSCALING_ALGORITHM_BASIC";
      case NONE -> "AUTOSCALING_ALGORITHM_NONE";
    };
  }
}
