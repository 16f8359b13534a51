# Renkei's: `renkei terraform` writes this file anew. What is yours goes into files of your own.

# Topics and subscriptions as Renkei itself would make them, and who may publish to and read them.

variable "project" {
  type = string
}

variable "topics" {
  type = map(object({
    side       = string
    retention  = string
    publishers = list(string)
  }))
}

variable "subscriptions" {
  type = map(object({
    topic        = string
    side         = string
    retention    = string
    ack_deadline = number
    subscriber   = string
  }))
}

variable "accounts" {
  description = "Members by role."
  type        = map(string)
}

variable "clear_readers" {
  type = list(string)
}

variable "masked_readers" {
  type = list(string)
}

variable "labels" {
  type = map(string)
}

locals {
  readers = { clear = var.clear_readers, masked = var.masked_readers }

  publishing = merge([
    for name, topic in var.topics : { for role in topic.publishers : "${name} ${role}" => { topic = name, role = role } }
  ]...)
  # Every process looks at all of them when it starts; it sees names and settings by that, no messages.
  topic_viewers        = { for pair in setproduct(keys(var.topics), keys(var.accounts)) : join(" ", pair) => { topic = pair[0], role = pair[1] } }
  subscription_viewers = { for pair in setproduct(keys(var.subscriptions), keys(var.accounts)) : join(" ", pair) => { subscription = pair[0], role = pair[1] } }
  reading = merge([
    for name, topic in var.topics : { for member in local.readers[topic.side] : "${name} ${member}" => { topic = name, member = member } }
  ]...)
}

resource "google_pubsub_topic" "topic" {
  for_each = var.topics

  project                    = var.project
  name                       = each.key
  message_retention_duration = each.value.retention
  labels                     = merge(var.labels, { renkei_stream = formatdate("YYYYMMDDhhmmss", plantimestamp()) })

  lifecycle {
    prevent_destroy = true
    # Another one whenever the topic is made: by it a loader knows that messages may be missing.
    ignore_changes = [labels["renkei_stream"]]
  }
}

resource "google_pubsub_subscription" "subscription" {
  for_each = var.subscriptions

  project                    = var.project
  name                       = each.key
  topic                      = google_pubsub_topic.topic[each.value.topic].id
  message_retention_duration = each.value.retention
  retain_acked_messages      = true
  ack_deadline_seconds       = each.value.ack_deadline
  labels                     = merge(var.labels, { renkei_stream = formatdate("YYYYMMDDhhmmss", plantimestamp()) })

  expiration_policy {
    ttl = ""
  }

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [labels["renkei_stream"]]
  }
}

resource "google_pubsub_topic_iam_member" "publisher" {
  for_each = local.publishing

  project = var.project
  topic   = google_pubsub_topic.topic[each.value.topic].name
  role    = "roles/pubsub.publisher"
  member  = var.accounts[each.value.role]
}

resource "google_pubsub_topic_iam_member" "viewer" {
  for_each = local.topic_viewers

  project = var.project
  topic   = google_pubsub_topic.topic[each.value.topic].name
  role    = "roles/pubsub.viewer"
  member  = var.accounts[each.value.role]
}

# With this right on a topic its owner may attach a subscription of his own, in his own project.
resource "google_pubsub_topic_iam_member" "reader" {
  for_each = local.reading

  project = var.project
  topic   = google_pubsub_topic.topic[each.value.topic].name
  role    = "roles/pubsub.subscriber"
  member  = each.value.member
}

resource "google_pubsub_subscription_iam_member" "subscriber" {
  for_each = var.subscriptions

  project      = var.project
  subscription = google_pubsub_subscription.subscription[each.key].name
  role         = "roles/pubsub.subscriber"
  member       = var.accounts[each.value.subscriber]
}

resource "google_pubsub_subscription_iam_member" "viewer" {
  for_each = local.subscription_viewers

  project      = var.project
  subscription = google_pubsub_subscription.subscription[each.value.subscription].name
  role         = "roles/pubsub.viewer"
  member       = var.accounts[each.value.role]
}
