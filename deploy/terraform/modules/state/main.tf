# Renkei's: `renkei terraform` writes this file anew. What is yours goes into files of your own.

# The bucket of hub.state: cursors, claims, schemas, dead letters and commands.

variable "project" {
  type = string
}

variable "bucket" {
  type = string
}

variable "location" {
  type = string
}

variable "members" {
  description = "By role."
  type        = map(string)
}

variable "labels" {
  type = map(string)
}

resource "google_storage_bucket" "state" {
  project                     = var.project
  name                        = var.bucket
  location                    = var.location
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false
  labels                      = var.labels

  lifecycle {
    prevent_destroy = true
  }
}

resource "google_storage_bucket_iam_member" "member" {
  for_each = var.members

  bucket = google_storage_bucket.state.name
  role   = "roles/storage.objectUser"
  member = each.value
}
