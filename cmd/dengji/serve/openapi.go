package serve

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"go.yaml.in/yaml/v3"

	"dengji/rules"
)

//go:embed openapi.yaml
var openapiYAML []byte

// openAPI is the API's description as JSON, with the record's schema in it.
func openAPI() ([]byte, error) {
	var doc map[string]any
	if err := yaml.Unmarshal(openapiYAML, &doc); err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	components, _ := doc["components"].(map[string]any)
	schemas, _ := components["schemas"].(map[string]any)
	if schemas == nil {
		return nil, fmt.Errorf("openapi.yaml: it has no components.schemas")
	}
	schemas["Record"] = json.RawMessage(rules.Schema())
	return encode(doc, "")
}
