# Renkei's: `renkei terraform` writes this file anew. What is yours goes into files of your own.

# The instance and the table of latest rows and features (docs/bigtable.md). Cells carry sequences instead of times, so that
# the newest one of each column is kept, and nothing ever goes by age.

variable "project" {
  type = string
}

variable "instance" {
  type = string
}

variable "table" {
  type = string
}

variable "zone" {
  type = string
}

variable "nodes" {
  type = number
}

variable "writers" {
  description = "Members by role."
  type        = map(string)
}

variable "readers" {
  type = list(string)
}

variable "labels" {
  type = map(string)
}

locals {
  families = ["row", "meta"]
}

resource "google_bigtable_instance" "instance" {
  project             = var.project
  name                = var.instance
  deletion_protection = true
  labels              = var.labels

  cluster {
    cluster_id   = "${var.instance}-c1"
    zone         = var.zone
    num_nodes    = var.nodes
    storage_type = "SSD"
  }
}

resource "google_bigtable_table" "table" {
  project             = var.project
  instance_name       = google_bigtable_instance.instance.name
  name                = var.table
  deletion_protection = "PROTECTED"

  dynamic "column_family" {
    for_each = toset(local.families)
    content {
      family = column_family.value
    }
  }
}

resource "google_bigtable_gc_policy" "newest" {
  for_each = toset(local.families)

  project         = var.project
  instance_name   = google_bigtable_instance.instance.name
  table           = google_bigtable_table.table.name
  column_family   = each.key
  deletion_policy = "ABANDON"

  max_version {
    number = 1
  }
}

resource "google_bigtable_instance_iam_member" "writer" {
  for_each = var.writers

  project  = var.project
  instance = google_bigtable_instance.instance.name
  role     = "roles/bigtable.user"
  member   = each.value
}

resource "google_bigtable_instance_iam_member" "reader" {
  for_each = toset(var.readers)

  project  = var.project
  instance = google_bigtable_instance.instance.name
  role     = "roles/bigtable.reader"
  member   = each.key
}
