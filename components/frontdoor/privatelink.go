package frontdoor

import (
	"strings"

	cdn "github.com/pulumi/pulumi-azure-native-sdk/cdn/v2/v20240901"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// PrivateLink is a private endpoint that Front Door makes in a network of its own. It waits for
// the approval of who owns what it leads to; until then every request fails.
type PrivateLink struct {
	// TargetID is the resource id of what it leads to, Group the part of it, such as Gateway.
	TargetID pulumi.StringInput
	Group    string
	// Region is where Front Door makes the endpoint; it should be near to the target.
	Region string
	// Message is what the owner reads; at most 140 characters.
	Message pulumi.StringInput
}

func (l *PrivateLink) validate() error {
	if l == nil {
		return nil
	}
	var list faults.List
	list.Need("targetId", l.TargetID != nil)
	list.Need("group", l.Group != "")
	list.Need("message", l.Message != nil)
	list.AddError("region", CheckLinkRegion(l.Region))
	return list.Err()
}

// CheckLinkRegion refuses regions in which Front Door makes no private endpoints.
func CheckLinkRegion(region string) error {
	if azure.FrontDoorLinksFrom(arm.NormalRegion(region)) {
		return nil
	}
	return faults.New("%q has no Private Link of Front Door", region).About(region).Remedy("take a region near to it: %s", strings.Join(azure.FrontDoorLinkRegions(), ", ")).Err()
}

// resource is the link in Azure's form, nil for none.
func (l *PrivateLink) resource() cdn.SharedPrivateLinkResourcePropertiesPtrInput {
	if l == nil {
		return nil
	}
	return &cdn.SharedPrivateLinkResourcePropertiesArgs{
		PrivateLink: &cdn.ResourceReferenceArgs{Id: l.TargetID}, GroupId: pulumi.String(l.Group),
		PrivateLinkLocation: pulumi.String(arm.NormalRegion(l.Region)), RequestMessage: l.Message,
	}
}
