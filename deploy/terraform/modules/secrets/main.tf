# Renkei's: `renkei terraform` writes this file anew. What is yours goes into files of your own.

# Places for secrets. Values are never in Terraform, whose state would hold them: gcloud secrets versions add.

variable "project" {
  type = string
}

variable "secrets" {
  description = "Ids."
  type        = list(string)
}

variable "members" {
  description = "Who reads them, by role: a process reads its whole configuration, so it needs all that this refers to."
  type        = map(string)
}

variable "labels" {
  type = map(string)
}

locals {
  reading = { for pair in setproduct(var.secrets, keys(var.members)) : join(" ", pair) => { secret = pair[0], role = pair[1] } }
}

resource "google_secret_manager_secret" "secret" {
  for_each = toset(var.secrets)

  project   = var.project
  secret_id = each.key
  labels    = var.labels

  replication {
    auto {}
  }
}

resource "google_secret_manager_secret_iam_member" "reader" {
  for_each = local.reading

  project   = var.project
  secret_id = google_secret_manager_secret.secret[each.value.secret].secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = var.members[each.value.role]
}
