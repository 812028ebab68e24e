package server

import (
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

// NewRules are the rules over other servers, which have a resource and a data source "it".
func NewRules(over FrameworkServer, it tftypes.Object) tfprotov6.ProviderServer {
	return &ruleServer{
		frameworkServer: over, direct: over,
		kinds: map[string]*kind{"it": {typ: it, null: tftypes.NewValue(it, nil)}}, types: map[string]tftypes.Type{"data source it": it},
	}
}

// Call has the values of a call, and takes the answer.
type Call = call

// CallOf is that of a context.
var CallOf = callOf

// Values are those of the request.
func (c *call) Values() (config, state, plan tftypes.Value) { return c.config, c.state, c.plan }

// Answer answers.
func (c *call) Answer(v tftypes.Value) { c.answer = v }

// Framework is the framework's own server under a provider's.
func Framework(s tfprotov6.ProviderServer) FrameworkServer {
	return s.(edgeServer).inner.(*ruleServer).frameworkServer //nolint:errcheck // New makes nothing else
}
