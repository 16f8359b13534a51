package dev.renkei.notifier;

/**
 * What is told of an alert, in the words of each kind of target.
 *
 * @param id the same when it is sent again
 * @param json what a webhook gets
 * @param slack what an incoming webhook of Slack gets
 */
public record AlertMessage(String id, byte[] json, byte[] slack) {}
