# Renkei's: `renkei terraform` writes this file anew. What is yours goes into files of your own.

# Rights on columns (slide 28): taxonomies and policy tags to make, and who may read columns that bear one.

variable "project" {
  type = string
}

variable "taxonomies" {
  type = map(object({
    location = string
    tags     = list(string)
  }))
}

variable "tags" {
  description = "Whole names of the tags that the configuration uses."
  type        = list(string)
}

variable "loaders" {
  description = "Members that load the clear side, by role: they read keys when they look for vanished rows."
  type        = map(string)
}

variable "readers" {
  description = "Members by whole name of a tag."
  type        = map(list(string))
}

locals {
  made = merge([
    for name, taxonomy in var.taxonomies : { for tag in taxonomy.tags : "${name}/${tag}" => { taxonomy = name, tag = tag } }
  ]...)
  loading = { for pair in setproduct(var.tags, keys(var.loaders)) : join(" ", pair) => { tag = pair[0], role = pair[1] } }
  reading = merge([
    for tag, members in var.readers : { for member in members : "${tag} ${member}" => { tag = tag, member = member } }
  ]...)
}

resource "google_data_catalog_taxonomy" "taxonomy" {
  for_each = var.taxonomies

  project                = var.project
  region                 = each.value.location
  display_name           = each.key
  description            = "Columns with personal data, by who may read them."
  activated_policy_types = ["FINE_GRAINED_ACCESS_CONTROL"]
}

resource "google_data_catalog_policy_tag" "tag" {
  for_each = local.made

  taxonomy     = google_data_catalog_taxonomy.taxonomy[each.value.taxonomy].id
  display_name = each.value.tag
}

resource "google_data_catalog_policy_tag_iam_member" "loader" {
  for_each = local.loading

  policy_tag = each.value.tag
  role       = "roles/datacatalog.categoryFineGrainedReader"
  member     = var.loaders[each.value.role]
}

resource "google_data_catalog_policy_tag_iam_member" "reader" {
  for_each = local.reading

  policy_tag = each.value.tag
  role       = "roles/datacatalog.categoryFineGrainedReader"
  member     = each.value.member
}

output "made" {
  value = { for name, tag in google_data_catalog_policy_tag.tag : name => tag.name }
}
