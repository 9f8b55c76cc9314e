module frontrow/stand_in

go 1.26.0

require github.com/hashicorp/terraform-plugin-go v0.31.0

require google.golang.org/protobuf v1.36.12
