package dev.renkei.hub.pubsub;

import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.HubConfig.PubSub.State;
import dev.renkei.core.hub.HubException;
import dev.renkei.hub.pubsub.state.BucketState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What stands in the way of a hub on Pub/Sub, asked without changing anything. */
public final class PubSubCheck {
  /**
   * A sentence for an operator.
   *
   * @param fatal whether the hub cannot work so; else it is for information
   */
  public record Finding(String sentence, boolean fatal) {}

  private final HubResources resources;
  private final List<Finding> findings = new ArrayList<>();

  private PubSubCheck(HubResources resources) {
    this.resources = resources;
  }

  /**
   * Asks whether there are credentials, the project answers, topic and subscriptions that are there
   * fit, this account has the rights of trackers and loaders on them, and the bucket of the state
   * answers. A state in a folder is not looked at.
   *
   * @throws HubException where Pub/Sub does not answer
   */
  public static List<Finding> run(
      HubConfig.PubSub config,
      PubSubAccess access,
      String installation,
      Collection<String> consumers)
      throws HubException, InterruptedException {
    PubSubPlan plan = PubSubHub.plan(config, installation, consumers);
    try (HubResources resources = HubResources.open(access, config.project())) {
      PubSubCheck check = new PubSubCheck(resources);
      for (PubSubPlan.Topic topic : plan.topics()) {
        check.ask(() -> check.look(topic));
      }
      for (PubSubPlan.Subscription subscription : plan.subscriptions()) {
        check.ask(() -> check.look(subscription));
      }
      if (config.state() instanceof State.Bucket bucket) {
        check.state(config, access, bucket);
      }
      return List.copyOf(check.findings);
    }
  }

  private interface Look {
    void run() throws HubException;
  }

  /** What may not be looked at hides nothing of the rest. */
  private void ask(Look look) throws HubException {
    try {
      look.run();
    } catch (HubException e) {
      if (e.getCause() == null || !Failures.isDenied(e.getCause())) {
        throw e;
      }
      findings.add(new Finding(String.valueOf(e.getMessage()), true));
    }
  }

  private void look(PubSubPlan.Topic planned) throws HubException {
    var found = resources.topic(planned.name());
    if (found.isEmpty()) {
      missing(planned.name());
      return;
    }
    differences(Difference.of(planned, found.get()));
    if (!resources.mayPublish(planned.name())) {
      lacking("pubsub.topics.publish", planned.name(), HubResources.PUBLISHER);
    }
  }

  private void look(PubSubPlan.Subscription planned) throws HubException {
    var found = resources.subscription(planned.name());
    if (found.isEmpty()) {
      missing(planned.name());
      return;
    }
    differences(Difference.of(planned, found.get()));
    if (!resources.mayConsume(planned.name())) {
      lacking("pubsub.subscriptions.consume", planned.name(), HubResources.SUBSCRIBER);
    }
  }

  private void missing(String name) {
    findings.add(
        new Finding(
            "%s is not there; `renkei up` makes it, with %s on the project."
                .formatted(name, HubResources.EDITOR),
            false));
  }

  private void differences(List<Difference> differences) {
    differences.forEach(one -> findings.add(new Finding(one.sentence(), one.isRefused())));
  }

  private void lacking(String permission, String on, String role) {
    findings.add(
        new Finding(
            "%s: this account lacks %s. Grant it %s on it.".formatted(on, permission, role), true));
  }

  private void state(HubConfig.PubSub config, PubSubAccess access, State.Bucket bucket)
      throws InterruptedException {
    try {
      BucketState.open(
              BucketState.client(config.project(), access.storage()),
              bucket.bucket(),
              bucket.prefix())
          .close();
    } catch (HubException e) {
      findings.add(new Finding(String.valueOf(e.getMessage()), true));
    }
  }
}
