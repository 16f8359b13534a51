# Renkei's: `renkei terraform` writes this file anew. What is yours goes into files of your own.

# Datasets and who may read them. Tables, views and functions in them are Renkei's.

variable "datasets" {
  type = map(object({
    project  = string
    dataset  = string
    location = string
    side     = string
    loader   = string
    labels   = map(string)
  }))
}

variable "accounts" {
  type = map(string)
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
  reading = merge([
    for name, dataset in var.datasets : { for member in local.readers[dataset.side] : "${name} ${member}" => { name = name, member = member } }
  ]...)
}

resource "google_bigquery_dataset" "dataset" {
  for_each = var.datasets

  project                    = each.value.project
  dataset_id                 = each.value.dataset
  location                   = each.value.location
  labels                     = merge(var.labels, each.value.labels)
  delete_contents_on_destroy = false

  lifecycle {
    prevent_destroy = true
  }
}

resource "google_bigquery_dataset_iam_member" "loader" {
  for_each = var.datasets

  project    = each.value.project
  dataset_id = google_bigquery_dataset.dataset[each.key].dataset_id
  role       = "roles/bigquery.dataEditor"
  member     = var.accounts[each.value.loader]
}

resource "google_bigquery_dataset_iam_member" "reader" {
  for_each = local.reading

  project    = var.datasets[each.value.name].project
  dataset_id = google_bigquery_dataset.dataset[each.value.name].dataset_id
  role       = "roles/bigquery.dataViewer"
  member     = each.value.member
}
