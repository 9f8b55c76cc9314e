// A stand-in for Terraform's AWS provider, for tests only: it has the real one's names and types (schema.json, made from the provider's generated
// bindings by ../bindings.py) and makes nothing. A plan leaves unknown what the real provider would find out; an apply invents it. So `validate` and
// `test` of deploy/terraform meet every name, type, reference and condition, without AWS.
package main

import (
	"context"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type standIn struct {
	tfprotov6.ProviderServer // what is not written here is never called
	known                    known
}

func main() {
	known, err := read(os.Getenv("FRONTROW_STAND_IN_SCHEMA"))
	if err != nil {
		log.Fatal(err)
	}
	err = tf6server.Serve("registry.terraform.io/hashicorp/aws", func() tfprotov6.ProviderServer { return standIn{known: known} })
	if err != nil {
		log.Fatal(err)
	}
}

func (s standIn) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return &tfprotov6.GetMetadataResponse{ServerCapabilities: &tfprotov6.ServerCapabilities{}}, nil
}

func (s standIn) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{
		Provider: s.known.provider, ResourceSchemas: s.known.resources, DataSourceSchemas: s.known.data,
		EphemeralResourceSchemas: s.known.ephemeral, ServerCapabilities: &tfprotov6.ServerCapabilities{},
	}, nil
}

func (s standIn) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}

func (s standIn) GetFunctions(context.Context, *tfprotov6.GetFunctionsRequest) (*tfprotov6.GetFunctionsResponse, error) {
	return &tfprotov6.GetFunctionsResponse{}, nil
}

func (s standIn) ValidateProviderConfig(_ context.Context, asked *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: asked.Config}, nil
}

func (s standIn) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

func (s standIn) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}

func (s standIn) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

func (s standIn) ValidateDataResourceConfig(context.Context, *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return &tfprotov6.ValidateDataResourceConfigResponse{}, nil
}

func (s standIn) ValidateEphemeralResourceConfig(context.Context, *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return &tfprotov6.ValidateEphemeralResourceConfigResponse{}, nil
}

func (s standIn) UpgradeResourceState(_ context.Context, asked *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	value, err := asked.RawState.Unmarshal(s.known.resources[asked.TypeName].ValueType())
	if err != nil {
		return nil, err
	}
	state, err := dynamic(s.known.resources[asked.TypeName], value)
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: state}, err
}

func (s standIn) ReadResource(_ context.Context, asked *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return &tfprotov6.ReadResourceResponse{NewState: asked.CurrentState}, nil
}

func (s standIn) PlanResourceChange(_ context.Context, asked *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	schema := s.known.resources[asked.TypeName]
	planned, err := change(schema, asked.ProposedNewState, func(_ string, kind tftypes.Type) tftypes.Value { return tftypes.NewValue(kind, tftypes.UnknownValue) })
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: planned}, err
}

func (s standIn) ApplyResourceChange(_ context.Context, asked *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	made, err := change(s.known.resources[asked.TypeName], asked.PlannedState, invent)
	return &tfprotov6.ApplyResourceChangeResponse{NewState: made}, err
}

func (s standIn) ReadDataSource(_ context.Context, asked *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	found, err := change(s.known.data[asked.TypeName], asked.Config, invent)
	return &tfprotov6.ReadDataSourceResponse{State: found}, err
}

func (s standIn) OpenEphemeralResource(_ context.Context, asked *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	opened, err := change(s.known.ephemeral[asked.TypeName], asked.Config, invent)
	return &tfprotov6.OpenEphemeralResourceResponse{Result: opened}, err
}

func (s standIn) CloseEphemeralResource(context.Context, *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return &tfprotov6.CloseEphemeralResourceResponse{}, nil
}
