variable "name" {
  description = "Name of the environment, as frontrow-prod."
  type        = string
}

variable "kubernetes_version" {
  description = "Minor version, as 1.34."
  type        = string
}

variable "is_protected" {
  description = "Refuses to be deleted."
  type        = bool
}

variable "subnet_ids" {
  description = "Subnets of nodes and pods, one in each zone."
  type        = list(string)
}

variable "node_groups" {
  description = "Groups of nodes."
  type = map(object({
    instance_types = list(string)
    min            = number
    max            = number
    disk_gib       = number
    is_spot        = bool
  }))
}

variable "access" {
  description = "Roles that reach the API server: an EKS access policy, and the namespaces it counts in (none: all)."
  type        = map(object({ role_arn = string, policy = string, namespaces = list(string), groups = list(string) }))
}

variable "balancer_security_group_id" {
  description = "The balancer's group."
  type        = string
}

variable "runner_security_group_ids" {
  description = "Groups of the runners in the VPC that deploy, by name."
  type        = map(string)
}

variable "target_group_arns" {
  description = "Target groups that the balancer's controller fills."
  type        = list(string)
}

variable "secret_arns" {
  description = "Secrets that External Secrets copies into the cluster."
  type        = list(string)
}

variable "secrets_key_arn" {
  description = "Key of those secrets."
  type        = string
}

variable "cluster_key_arn" {
  description = "Key for the cluster's own secrets."
  type        = string
}

variable "data_key_arn" {
  description = "Key for the nodes' disks."
  type        = string
}

variable "logs_key_arn" {
  description = "Key for the control plane's log."
  type        = string
}
