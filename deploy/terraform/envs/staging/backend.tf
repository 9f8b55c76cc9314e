terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.20"
    }
  }

  # deploy/terraform/bootstrap makes it; `init -backend-config=bucket=…` names it.
  backend "s3" {
    key          = "frontrow/staging.tfstate"
    region       = "ap-northeast-2"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = "ap-northeast-2"

  default_tags {
    tags = { project = "frontrow", environment = "staging" }
  }
}
