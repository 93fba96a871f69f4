package azurenative

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"math/big"
	"strings"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// Random stands in for the random plugin, for the one resource that this
// project uses: RandomString.
type Random struct {
	plugin.UnimplementedProvider
	source io.Reader
}

// NewRandom makes the provider; source is where randomness comes from, nil for
// the operating system.
func NewRandom(source io.Reader) *Random {
	if source == nil {
		source = rand.Reader
	}
	return &Random{source: source}
}

const randomString tokens.Type = "random:index/randomString:RandomString"

// The alphabets of the random plugin, special characters included.
const (
	lowerLetters = "abcdefghijklmnopqrstuvwxyz"
	upperLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits       = "0123456789"
	specials     = "!@#$%&*()-_=+[]{}<>:?"
)

// randomInputs are the inputs of RandomString with the plugin's defaults; nil
// has none.
var randomInputs = map[resource.PropertyKey]any{
	"length": nil, "keepers": nil, "overrideSpecial": nil,
	"lower": true, "upper": true, "number": true, "numeric": true, "special": true,
	"minLower": 0.0, "minUpper": 0.0, "minNumeric": 0.0, "minSpecial": 0.0,
}

// Attach lets an engine use a provider that it did not start.
func (r *Random) Attach(string) error { return nil }

// Handshake accepts any engine.
func (r *Random) Handshake(
	context.Context, plugin.ProviderHandshakeRequest,
) (*plugin.ProviderHandshakeResponse, error) {
	return &plugin.ProviderHandshakeResponse{}, nil
}

// GetPluginInfo gives the version that the SDK is checked against.
func (r *Random) GetPluginInfo(context.Context) (plugin.PluginInfo, error) {
	v := semver.MustParse("4.18.0")
	return plugin.PluginInfo{Version: &v}, nil
}

// CheckConfig takes any configuration.
func (r *Random) CheckConfig(_ context.Context, req plugin.CheckConfigRequest) (plugin.CheckConfigResponse, error) {
	return plugin.CheckConfigResponse{Properties: req.News}, nil
}

// DiffConfig never replaces a provider.
func (r *Random) DiffConfig(context.Context, plugin.DiffConfigRequest) (plugin.DiffConfigResponse, error) {
	return plugin.DiffConfigResponse{Changes: plugin.DiffNone}, nil
}

// Configure needs nothing.
func (r *Random) Configure(context.Context, plugin.ConfigureRequest) (plugin.ConfigureResponse, error) {
	return plugin.ConfigureResponse{}, nil
}

// Check refuses what the plugin refuses.
func (r *Random) Check(_ context.Context, req plugin.CheckRequest) (plugin.CheckResponse, error) {
	if req.Type != randomString {
		return plugin.CheckResponse{}, fmt.Errorf("the sandbox does not model the resource type %s", req.Type)
	}
	var failures []plugin.CheckFailure
	for name := range req.News {
		if _, known := randomInputs[name]; !known {
			failures = append(failures, plugin.CheckFailure{Property: name, Reason: string(name) + " is not a property of RandomString"})
		}
	}
	if length := req.News["length"]; !length.IsNumber() || length.NumberValue() < 1 {
		failures = append(failures, plugin.CheckFailure{Property: "length", Reason: "length must be a number of at least 1"})
	}
	return plugin.CheckResponse{Properties: req.News, Failures: failures}, nil
}

// Diff replaces on any change, as every property of the plugin does.
func (r *Random) Diff(_ context.Context, req plugin.DiffRequest) (plugin.DiffResult, error) {
	difference := req.OldInputs.Diff(req.NewInputs)
	if difference == nil {
		return plugin.DiffResult{Changes: plugin.DiffNone}, nil
	}
	keys := difference.Keys()
	return plugin.DiffResult{Changes: plugin.DiffSome, ReplaceKeys: keys, ChangedKeys: keys}, nil
}

// Create draws the string.
func (r *Random) Create(_ context.Context, req plugin.CreateRequest) (plugin.CreateResponse, error) {
	out := resource.PropertyMap{}
	for name, value := range randomInputs {
		if given, ok := req.Properties[name]; ok {
			out[name] = given
		} else if value != nil {
			out[name] = resource.NewPropertyValue(value)
		}
	}
	if req.Preview {
		return plugin.CreateResponse{Properties: out}, nil
	}
	result, err := r.draw(out)
	if err != nil {
		return plugin.CreateResponse{}, fmt.Errorf("drawing a random string: %w", err)
	}
	out["result"] = resource.NewStringProperty(result)
	return plugin.CreateResponse{ID: resource.ID(result), Properties: out, Status: resource.StatusOK}, nil
}

// draw picks the demanded minimum of each kind, then the rest from all kinds
// that are on, and shuffles.
func (r *Random) draw(options resource.PropertyMap) (string, error) {
	special := specials
	if override := options["overrideSpecial"]; override.IsString() && override.StringValue() != "" {
		special = override.StringValue()
	}
	var chosen []byte
	var all strings.Builder
	for _, k := range []struct {
		alphabet string
		on, min  resource.PropertyKey
	}{
		{lowerLetters, "lower", "minLower"},
		{upperLetters, "upper", "minUpper"},
		{digits, "numeric", "minNumeric"},
		{special, "special", "minSpecial"},
	} {
		if options[k.on].IsBool() && options[k.on].BoolValue() {
			all.WriteString(k.alphabet)
		}
		for range int(options[k.min].NumberValue()) {
			c, err := r.pick(k.alphabet)
			if err != nil {
				return "", err
			}
			chosen = append(chosen, c)
		}
	}
	if all.Len() == 0 {
		return "", fmt.Errorf("every kind of character is switched off")
	}
	for len(chosen) < int(options["length"].NumberValue()) {
		c, err := r.pick(all.String())
		if err != nil {
			return "", err
		}
		chosen = append(chosen, c)
	}
	for i := len(chosen) - 1; i > 0; i-- {
		j, err := rand.Int(r.source, big.NewInt(int64(i+1)))
		if err != nil {
			return "", err
		}
		chosen[i], chosen[j.Int64()] = chosen[j.Int64()], chosen[i]
	}
	return string(chosen), nil
}

func (r *Random) pick(alphabet string) (byte, error) {
	i, err := rand.Int(r.source, big.NewInt(int64(len(alphabet))))
	if err != nil {
		return 0, err
	}
	return alphabet[i.Int64()], nil
}

// Read answers the state as it is: there is nothing outside to ask.
func (r *Random) Read(_ context.Context, req plugin.ReadRequest) (plugin.ReadResponse, error) {
	return plugin.ReadResponse{
		ReadResult: plugin.ReadResult{ID: req.ID, Inputs: req.Inputs, Outputs: req.State}, Status: resource.StatusOK,
	}, nil
}

// Delete has nothing to delete.
func (r *Random) Delete(context.Context, plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	return plugin.DeleteResponse{Status: resource.StatusOK}, nil
}

// SignalCancellation has nothing to cancel.
func (r *Random) SignalCancellation(context.Context) error { return nil }

// Close has nothing to release.
func (r *Random) Close() error { return nil }
