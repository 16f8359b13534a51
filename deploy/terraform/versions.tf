# Renkei's: `renkei terraform` writes this file anew. What is yours goes into files of your own.

terraform {
  required_version = ">= 1.6"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "6.30.0"
    }
  }
}

provider "google" {
  project = var.project
  region  = var.region
}
