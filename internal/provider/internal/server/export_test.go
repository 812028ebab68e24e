package server

import (
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// What tests with a whole provider see of this package.
var (
	Measures      = measures
	SayingByBeing = sayingByBeing
	WithoutNulls  = withoutNulls
)

// FrameworkServer is what the framework makes of a provider.
type FrameworkServer = frameworkServer

// OfMeasure is what a unit says of numbers that are not whole.
func OfMeasure(u measure) string { return u.of() }

// NewRules are the rules for a provider's schemas over another server, which has a resource and a data source "it".
func NewRules(p provider.Provider, over FrameworkServer, it tftypes.Type) tfprotov6.ProviderServer {
	r := newRuleServer(p)
	r.frameworkServer = over
	r.types["resource it"], r.types["data source it"] = it, it
	return r
}
