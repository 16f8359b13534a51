# Renkei's: `renkei terraform` writes this file anew. What is yours goes into files of your own.

variable "project" {
  description = "The project whose metrics and logs are watched."
  type        = string
}

variable "prefix" {
  description = "What names of log-based metrics begin with."
  type        = string
  default     = "renkei"
}

variable "notification_channels" {
  description = "Who is told: names of notification channels."
  type        = list(string)
  default     = []
}

variable "labels" {
  description = "Labels of the alert policies."
  type        = map(string)
  default     = {}
}

variable "lag_p99_seconds" {
  description = "objectives.lag_p99 of the configuration."
  type        = number
  default     = 2
}

variable "retention_left_seconds" {
  description = "objectives.retention_left of the configuration."
  type        = number
  default     = 43200
}

variable "memory" {
  description = "alerts.memory of the configuration, 0 to 1."
  type        = number
  default     = 0.8
}

variable "cpu" {
  description = "alerts.cpu of the configuration, 0 to 1."
  type        = number
  default     = 0.8
}
