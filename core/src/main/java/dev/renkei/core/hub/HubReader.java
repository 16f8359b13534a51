package dev.renkei.core.hub;

/**
 * A reader of the hub: either its positions belong to the reader, or the hub keeps for it what it
 * has acknowledged.
 */
public sealed interface HubReader extends AutoCloseable
    permits HubSubscription, AcknowledgedSubscription {
  /**
   * Identity of the stream: changes when the topic or subscription is created anew, so that what
   * was known of it is known to be void.
   */
  String streamId();

  @Override
  void close();
}
