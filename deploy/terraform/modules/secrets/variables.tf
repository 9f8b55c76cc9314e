variable "name" {
  description = "Name of the environment, as frontrow-prod."
  type        = string
}

variable "secrets_key_arn" {
  description = "Key for all of them."
  type        = string
}

variable "token_key" {
  description = "Public key (PEM) that verifies bearer tokens."
  type        = string

  validation {
    condition     = startswith(var.token_key, "-----BEGIN PUBLIC KEY-----")
    error_message = "A public key in PEM: a secret (HS256) would be in the plan."
  }
}

variable "pods_version" {
  description = "Grows for new values of all that the pods have."
  type        = number
}

variable "master_version" {
  description = "Grows for a new password of the database's master user."
  type        = number
}
