package dev.renkei.notifier;

import dev.renkei.core.hub.HubSubscription.HubRecord;

/** Where a courier takes notifications. Any number of threads may call it. */
interface Target {
  /** For people: an address without what lets a caller in, or the log. */
  String place();

  /** Calls after the first. */
  int retries();

  Outcome call(HubRecord notification) throws InterruptedException;
}
