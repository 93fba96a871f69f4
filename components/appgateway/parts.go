package appgateway

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// partID is the id of a part of a gateway that lies beside a public address.
func partID(addressID, gateway, kind, name string) (string, error) {
	group, _, found := strings.Cut(addressID, "/providers/")
	if !found {
		return "", fmt.Errorf("%q is not the id of a public address", addressID)
	}
	return group + "/providers/Microsoft.Network/applicationGateways/" + gateway + "/" + kind + "/" + name, nil
}

// identity is how a gateway names the identity that reads its certificate.
func (c *certificate) identity() pulumi.Map {
	return pulumi.Map{
		"type": pulumi.String("UserAssigned"),
		"userAssignedIdentities": c.identityID.ApplyT(func(id string) map[string]any {
			return map[string]any{id: map[string]any{}}
		}).(pulumi.MapOutput),
	}
}

func errRange(text string) error {
	return faults.New("%q is not an address range for a gateway", text).About(text).Remedy("write a private IPv4 range of /26 or larger, such as 10.60.0.0/24").Err()
}
