# Renkei's: `renkei terraform` writes this file anew. What is yours goes into files of your own.

# One service account for each role. Rights on single things are given where these are made.

variable "installation" {
  type = string
}

variable "project" {
  type = string
}

variable "prefix" {
  type = string
}

variable "roles" {
  type = list(string)
}

variable "machines" {
  description = "Roles that run on machines: these write logs and metrics, and pull the image."
  type        = list(string)
}

locals {
  # On the project, since these rights cannot be given on anything smaller.
  project_roles = {
    tracker   = []
    loader    = ["roles/bigquery.jobUser"]
    collector = []
    notifier  = []
    pipelines = ["roles/dataflow.worker", "roles/bigquery.jobUser"]
  }
  machine_roles = ["roles/logging.logWriter", "roles/monitoring.metricWriter", "roles/artifactregistry.reader"]

  grants = merge([
    for role in var.roles : {
      for right in concat(local.project_roles[role], contains(var.machines, role) ? local.machine_roles : []) :
      "${role} ${right}" => { role = role, right = right }
    }
  ]...)
}

resource "google_service_account" "role" {
  for_each = toset(var.roles)

  project      = var.project
  account_id   = "${var.prefix}-${each.key}"
  display_name = "Renkei ${var.installation}: ${each.key}"
}

resource "google_project_iam_member" "grant" {
  for_each = local.grants

  project = var.project
  role    = each.value.right
  member  = google_service_account.role[each.value.role].member
}

output "emails" {
  value = { for role, account in google_service_account.role : role => account.email }
}

output "members" {
  value = { for role, account in google_service_account.role : role => account.member }
}
