# Renkei's: `renkei terraform` writes this file anew. What is yours goes into files of your own.

locals {
  zones  = length(var.zones) > 0 ? var.zones : ["${var.region}-a", "${var.region}-b"]
  labels = merge(var.labels, { renkei_installation = var.label })

  # Trackers are replaced one after the other: the second waits until the first is healthy again.
  first_trackers  = { for name, process in var.processes : name => process if name == "tracker-a" }
  second_trackers = { for name, process in var.processes : name => process if process.role == "tracker" && name != "tracker-a" }
  others          = { for name, process in var.processes : name => process if process.role != "tracker" }
}

module "accounts" {
  source = "./modules/accounts"

  installation = var.installation
  project      = var.project
  prefix       = var.prefix
  roles        = var.accounts
  machines     = distinct([for process in var.processes : process.role])
}

module "hub" {
  source = "./modules/hub"

  project        = var.project
  topics         = var.topics
  subscriptions  = var.subscriptions
  accounts       = module.accounts.members
  clear_readers  = var.clear_readers
  masked_readers = var.masked_readers
  labels         = local.labels
}

module "state" {
  source = "./modules/state"

  project  = var.project
  bucket   = var.state_bucket
  location = coalesce(var.location, var.region)
  members  = module.accounts.members
  labels   = local.labels
}

module "datasets" {
  source = "./modules/datasets"

  datasets       = var.datasets
  accounts       = module.accounts.members
  clear_readers  = var.clear_readers
  masked_readers = var.masked_readers
  labels         = local.labels
}

module "policy_tags" {
  source = "./modules/policy-tags"

  project    = var.project
  taxonomies = var.taxonomies
  tags       = var.policy_tags
  loaders    = { for role in toset([for dataset in var.datasets : dataset.loader if dataset.side == "clear"]) : role => module.accounts.members[role] }
  readers    = var.policy_tag_readers
}

module "bigtable" {
  source = "./modules/bigtable"
  count  = var.bigtable == null ? 0 : 1

  project  = var.bigtable.project
  instance = var.bigtable.instance
  table    = var.bigtable.table
  zone     = local.zones[0]
  nodes    = var.bigtable_nodes
  writers  = contains(var.accounts, "pipelines") ? { pipelines = module.accounts.members["pipelines"] } : {}
  readers  = var.bigtable_readers
  labels   = local.labels
}

module "secrets" {
  source = "./modules/secrets"

  project = var.project
  secrets = keys(var.secrets)
  members = { for role in toset([for process in var.processes : process.role]) : role => module.accounts.members[role] }
  labels  = local.labels
}

module "tracker_a" {
  source   = "./modules/process"
  for_each = local.first_trackers

  name         = "${var.prefix}-${each.key}"
  process      = each.value
  account      = module.accounts.emails[each.value.role]
  project      = var.project
  zone         = local.zones[0]
  network      = var.network
  subnetwork   = var.subnetwork
  machine_type = var.machine_type
  boot_image   = var.boot_image
  image        = var.image
  secrets      = var.secrets
  files        = var.files
  data_dir     = var.data_dir
  data_disk_gb = var.data_disk_gb
  health_port  = var.health_port
  token_secret = var.token_secret
  labels       = local.labels

  depends_on = [module.others]
}

module "tracker_b" {
  source   = "./modules/process"
  for_each = local.second_trackers

  name         = "${var.prefix}-${each.key}"
  process      = each.value
  account      = module.accounts.emails[each.value.role]
  project      = var.project
  zone         = local.zones[1 % length(local.zones)]
  network      = var.network
  subnetwork   = var.subnetwork
  machine_type = var.machine_type
  boot_image   = var.boot_image
  image        = var.image
  secrets      = var.secrets
  files        = var.files
  data_dir     = var.data_dir
  data_disk_gb = var.data_disk_gb
  health_port  = var.health_port
  token_secret = var.token_secret
  labels       = local.labels

  depends_on = [module.tracker_a]
}

# These go first, trackers last: who reads a message is not older than who wrote it.
module "others" {
  source   = "./modules/process"
  for_each = local.others

  name         = "${var.prefix}-${each.key}"
  process      = each.value
  account      = module.accounts.emails[each.value.role]
  project      = var.project
  zone         = local.zones[0]
  network      = var.network
  subnetwork   = var.subnetwork
  machine_type = var.machine_type
  boot_image   = var.boot_image
  image        = var.image
  secrets      = var.secrets
  files        = var.files
  data_dir     = var.data_dir
  data_disk_gb = var.data_disk_gb
  health_port  = var.health_port
  token_secret = var.token_secret
  labels       = local.labels

  depends_on = [module.hub, module.state, module.secrets, module.datasets, module.policy_tags]
}

# Health checks come from Google's own ranges.
resource "google_compute_firewall" "health" {
  count = var.health_port == null ? 0 : 1

  project                 = var.project
  name                    = "${var.prefix}-health"
  network                 = var.network
  source_ranges           = ["35.191.0.0/16", "130.211.0.0/22"]
  target_service_accounts = [for role in distinct([for process in var.processes : process.role]) : module.accounts.emails[role]]

  allow {
    protocol = "tcp"
    ports    = [tostring(var.health_port)]
  }
}

module "monitoring" {
  source = "./modules/monitoring"

  project                = var.project
  prefix                 = replace(var.prefix, "-", "_")
  notification_channels  = var.notification_channels
  labels                 = local.labels
  lag_p99_seconds        = coalesce(var.alerts.lag_p99_seconds, 2)
  retention_left_seconds = coalesce(var.alerts.retention_left_seconds, 43200)
  memory                 = var.alerts.memory
  cpu                    = var.alerts.cpu
}
