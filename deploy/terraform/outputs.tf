# Renkei's: `renkei terraform` writes this file anew. What is yours goes into files of your own.

output "policy_tags" {
  description = "Whole names of the policy tags made here, for privacy.columns.*.policy_tag."
  value       = module.policy_tags.made
}

output "service_accounts" {
  description = "By role; pipelines: for pipelines.dataflow.service_account."
  value       = module.accounts.emails
}

output "secrets" {
  description = "What has to be given a version, by `gcloud secrets versions add ID --data-file=FILE`."
  value       = { for id, secret in var.secrets : id => secret.kind == "configuration" ? "the configuration" : secret.name }
}

output "machines" {
  description = "Managed instance groups, each of one machine."
  value = concat(
    [for process in module.tracker_a : process.group],
    [for process in module.tracker_b : process.group],
    [for process in module.others : process.group],
  )
}
