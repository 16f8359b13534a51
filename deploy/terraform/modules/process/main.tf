# Renkei's: `renkei terraform` writes this file anew. What is yours goes into files of your own.

# One process of Renkei on a machine of its own, kept alive and replaced by a managed group of one: a new image, machine type or
# list of secrets stops the old machine in good order, then starts the new one under its name.

variable "name" {
  type = string
}

variable "process" {
  type = object({
    role      = string
    arguments = list(string)
    data      = bool
  })
}

variable "account" {
  type = string
}

variable "project" {
  type = string
}

variable "zone" {
  type = string
}

variable "network" {
  type = string
}

variable "subnetwork" {
  type = string
}

variable "machine_type" {
  type = string
}

variable "boot_image" {
  type = string
}

variable "image" {
  type = string
}

variable "secrets" {
  type = map(object({
    kind = string
    name = string
  }))
}

variable "files" {
  type = map(string)
}

variable "data_dir" {
  type = string
}

variable "data_disk_gb" {
  type = number
}

variable "health_port" {
  type = number
}

variable "token_secret" {
  type = string
}

variable "labels" {
  type = map(string)
}

locals {
  data_device = "renkei-data"

  # Behind `file` the path in the container; relative ones start from the folder of the configuration.
  startup = templatefile("${path.module}/startup.sh.tftpl", {
    project       = var.project
    image         = var.image
    arguments     = var.process.arguments
    configuration = one([for id, secret in var.secrets : id if secret.kind == "configuration"])
    environment   = { for id, secret in var.secrets : secret.name => id if secret.kind == "environment" }
    secret_files = {
      for id, secret in var.secrets : id => startswith(secret.name, "/") ? secret.name : "/etc/renkei/${secret.name}"
      if secret.kind == "file"
    }
    files        = { for path, content in var.files : path => base64encode(content) }
    data_dir     = var.data_dir
    data_device  = var.process.data ? local.data_device : ""
    health_port  = var.health_port == null ? 8080 : var.health_port
    token_secret = var.token_secret == null ? "" : var.token_secret
  })
}

resource "google_compute_instance_template" "machine" {
  project      = var.project
  name_prefix  = "${var.name}-"
  machine_type = var.machine_type
  labels       = var.labels

  disk {
    source_image = var.boot_image
    boot         = true
    auto_delete  = true
    disk_size_gb = 50
  }

  dynamic "disk" {
    for_each = var.process.data ? [1] : []
    content {
      device_name  = local.data_device
      disk_type    = "pd-ssd"
      disk_size_gb = var.data_disk_gb
      boot         = false
      auto_delete  = false
    }
  }

  network_interface {
    network    = var.network
    subnetwork = var.subnetwork
  }

  service_account {
    email  = var.account
    scopes = ["https://www.googleapis.com/auth/cloud-platform"]
  }

  shielded_instance_config {
    enable_secure_boot = true
  }

  metadata = {
    enable-oslogin         = "TRUE"
    block-project-ssh-keys = "TRUE"
    startup-script         = local.startup
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_health_check" "live" {
  count = var.health_port == null ? 0 : 1

  project             = var.project
  name                = "${var.name}-live"
  check_interval_sec  = 10
  timeout_sec         = 5
  healthy_threshold   = 2
  unhealthy_threshold = 6

  http_health_check {
    port         = var.health_port
    request_path = "/health/live"
  }
}

resource "google_compute_instance_group_manager" "group" {
  project                   = var.project
  name                      = var.name
  base_instance_name        = var.name
  zone                      = var.zone
  target_size               = 1
  wait_for_instances        = true
  wait_for_instances_status = "UPDATED"

  version {
    instance_template = google_compute_instance_template.machine.self_link_unique
  }

  # The old one first, then the new: two processes of one name are never at work at once.
  update_policy {
    type                  = "PROACTIVE"
    minimal_action        = "REPLACE"
    replacement_method    = "RECREATE"
    max_surge_fixed       = 0
    max_unavailable_fixed = 1
  }

  dynamic "stateful_disk" {
    for_each = var.process.data ? [1] : []
    content {
      device_name = local.data_device
      delete_rule = "NEVER"
    }
  }

  dynamic "auto_healing_policies" {
    for_each = google_compute_health_check.live
    content {
      health_check      = auto_healing_policies.value.id
      initial_delay_sec = 300
    }
  }

  timeouts {
    create = "20m"
    update = "20m"
  }
}

output "group" {
  value = google_compute_instance_group_manager.group.name
}
