# Renkei's: `renkei terraform` writes this file anew. What is yours goes into files of your own.

# Without a default: written by `renkei terraform` into renkei.auto.tfvars.json, from the one configuration.

variable "installation" {
  description = "What the configuration calls itself (`name`)."
  type        = string
}

variable "label" {
  description = "The same as a label, by which Renkei knows its own topics and subscriptions."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9_-]{1,63}$", var.label))
    error_message = "A label has lower-case letters, digits, - and _, 63 at most."
  }
}

variable "prefix" {
  description = "What service accounts, machines and secrets begin with."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,18}$", var.prefix))
    error_message = "The prefix begins with a letter and has up to 19 lower-case letters, digits and dashes."
  }
}

variable "project" {
  description = "The project of topics, subscriptions and machines."
  type        = string
}

variable "region" {
  description = "Where machines, secrets and the bucket are."
  type        = string
}

variable "image" {
  description = "The container image of Renkei (see Dockerfile), with its tag or digest."
  type        = string
}

variable "topics" {
  description = "By name. `publishers` are roles of `accounts`."
  type = map(object({
    side       = string
    retention  = string
    publishers = list(string)
  }))

  validation {
    condition     = alltrue([for topic in var.topics : contains(["clear", "masked"], topic.side)])
    error_message = "A topic is of the clear or of the masked side."
  }
}

variable "subscriptions" {
  description = "By name. `subscriber` is a role of `accounts`."
  type = map(object({
    topic        = string
    side         = string
    retention    = string
    ack_deadline = number
    subscriber   = string
  }))
}

variable "datasets" {
  description = "By name of the warehouse. `loader` is the role that loads it. Tables are Renkei's."
  type = map(object({
    project  = string
    dataset  = string
    location = string
    side     = string
    loader   = string
    labels   = map(string)
  }))
}

variable "policy_tags" {
  description = "The policy tags that the configuration puts on columns, by their whole names."
  type        = list(string)
}

variable "bigtable" {
  description = "The table of latest rows; null for none."
  type = object({
    project  = string
    instance = string
    table    = string
  })
}

variable "state_bucket" {
  description = "The bucket of `hub.state`."
  type        = string
}

variable "accounts" {
  description = "Roles that have a service account: tracker, loader, collector, notifier, pipelines."
  type        = list(string)
}

variable "processes" {
  description = "What runs on machines, by name: arguments of renkei, and the role whose account it has."
  type = map(object({
    role      = string
    arguments = list(string)
    data      = bool
  }))

  validation {
    condition     = alltrue([for name in keys(var.processes) : can(regex("^[a-z][a-z0-9-]*$", name))])
    error_message = "A process is named by lower-case letters, digits and dashes."
  }
}

variable "secrets" {
  description = "By id: what the configuration refers to, a variable of the environment or a file. Never a value."
  type = map(object({
    kind = string
    name = string
  }))

  validation {
    condition     = alltrue([for secret in var.secrets : contains(["configuration", "environment", "file"], secret.kind)])
    error_message = "A secret is the configuration, a variable of the environment, or a file."
  }
}

variable "files" {
  description = "Files beside the configuration that are no secrets (schemas of events): path in the container, content."
  type        = map(string)
}

variable "data_dir" {
  description = "`data_dir` as the container sees it."
  type        = string
}

variable "health_port" {
  description = "The port of `server.listen`; null where it listens on loopback only, so that no health check reaches it."
  type        = number
}

variable "token_secret" {
  description = "The id in `secrets` of `server.token`, by which the Ops Agent asks for metrics; null for none."
  type        = string
}

variable "alerts" {
  description = "`objectives` and `alerts`, for Cloud Monitoring; null where the configuration says nothing."
  type = object({
    lag_p99_seconds        = number
    retention_left_seconds = number
    memory                 = number
    cpu                    = number
  })
}

# With a default: yours to set, in a terraform.tfvars of your own.

variable "location" {
  description = "Of the bucket; by default the region."
  type        = string
  default     = null
}

variable "zones" {
  description = "Where machines are, taken in turn; by default two of the region."
  type        = list(string)
  default     = []
}

variable "network" {
  description = "The network of the machines, from which the source is reached."
  type        = string
  default     = "default"
}

variable "subnetwork" {
  description = "Its subnetwork; null for the region's own in an automatic network."
  type        = string
  default     = null
}

variable "machine_type" {
  description = "Of trackers, loader and the others."
  type        = string
  default     = "n2-custom-4-10240"
}

variable "boot_image" {
  description = "A Debian; Docker and the Ops Agent are installed by the first start."
  type        = string
  default     = "debian-cloud/debian-12"
}

variable "data_disk_gb" {
  description = "The disk for data_dir of processes that keep something there."
  type        = number
  default     = 50
}

variable "clear_readers" {
  description = "Who may read the clear side: subscribe to its topics, query its datasets (group:..., user:..., serviceAccount:...)."
  type        = list(string)
  default     = []
}

variable "masked_readers" {
  description = "Who may read the masked side, and nothing of the clear one."
  type        = list(string)
  default     = []
}

variable "taxonomies" {
  description = "Policy tags to make, by display name of the taxonomy; their whole names are the output policy_tags, for the configuration."
  type = map(object({
    location = string
    tags     = list(string)
  }))
  default = {}
}

variable "policy_tag_readers" {
  description = "Who may read the columns of which policy tag, by the tag's whole name."
  type        = map(list(string))
  default     = {}
}

variable "bigtable_nodes" {
  description = "Of the instance's cluster, in the first zone."
  type        = number
  default     = 1
}

variable "bigtable_readers" {
  description = "Who may look rows up."
  type        = list(string)
  default     = []
}

variable "labels" {
  description = "Labels of everything that takes them."
  type        = map(string)
  default     = {}
}

variable "notification_channels" {
  description = "Whole names of Cloud Monitoring's channels that are told of alerts."
  type        = list(string)
  default     = []
}
