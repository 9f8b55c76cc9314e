package main

import (
	"encoding/json"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type known struct {
	provider                   *tfprotov6.Schema
	resources, data, ephemeral map[string]*tfprotov6.Schema
}

type attribute struct {
	Type                         json.RawMessage
	Required, Optional, Computed bool
}

type block struct {
	Attributes map[string]attribute
	Blocks     map[string]struct {
		Nesting  string
		Min, Max int64
		Block    block
	}
}

func read(path string) (known, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return known{}, err
	}
	var file struct {
		Provider  block
		Resources map[string]block
		Data      map[string]block
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return known{}, err
	}
	result := known{resources: map[string]*tfprotov6.Schema{}, data: map[string]*tfprotov6.Schema{}, ephemeral: map[string]*tfprotov6.Schema{}}
	if result.provider, err = schema(file.Provider); err != nil {
		return known{}, err
	}
	for name, each := range file.Resources {
		if result.resources[name], err = schema(each); err != nil {
			return known{}, err
		}
	}
	for name, each := range file.Data {
		if result.data[name], err = schema(each); err != nil {
			return known{}, err
		}
		// The bindings leave ephemeral resources out; those in use have the arguments and results of the data source of the same name.
		if strings.HasPrefix(name, "aws_secretsmanager_") {
			result.ephemeral[name] = result.data[name]
		}
	}
	return result, nil
}

func schema(from block) (*tfprotov6.Schema, error) {
	made, err := schemaBlock(from)
	return &tfprotov6.Schema{Block: made}, err
}

func schemaBlock(from block) (*tfprotov6.SchemaBlock, error) {
	made := &tfprotov6.SchemaBlock{}
	for name, each := range from.Attributes {
		kind, err := tftypes.ParseJSONType(each.Type) //nolint:staticcheck // the form in which Terraform itself writes types
		if err != nil {
			return nil, err
		}
		isWriteOnly := each.Optional && strings.HasSuffix(name, "_wo")
		made.Attributes = append(made.Attributes, &tfprotov6.SchemaAttribute{
			Name: name, Type: kind, Required: each.Required, Optional: each.Optional, Computed: each.Computed && !isWriteOnly, WriteOnly: isWriteOnly,
		})
	}
	nesting := map[string]tfprotov6.SchemaNestedBlockNestingMode{
		"list": tfprotov6.SchemaNestedBlockNestingModeList, "set": tfprotov6.SchemaNestedBlockNestingModeSet,
		"single": tfprotov6.SchemaNestedBlockNestingModeSingle,
	}
	for name, each := range from.Blocks {
		inner, err := schemaBlock(each.Block)
		if err != nil {
			return nil, err
		}
		made.BlockTypes = append(made.BlockTypes, &tfprotov6.SchemaNestedBlock{TypeName: name, Block: inner, Nesting: nesting[each.Nesting], MinItems: each.Min, MaxItems: each.Max})
	}
	return made, nil
}
