package apim

import (
	"fmt"
	"strings"

	apimanagement "github.com/pulumi/pulumi-azure-native-sdk/apimanagement/v2/v20240501"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// additionalLocations are the regions beside the service's own.
func additionalLocations(options Options, networks map[string]*Network) apimanagement.AdditionalLocationArray {
	locations := apimanagement.AdditionalLocationArray{}
	for _, region := range options.Regions {
		region = options.complete(region)
		location := &apimanagement.AdditionalLocationArgs{
			Location:       pulumi.String(arm.NormalRegion(region.Location)),
			Sku:            &apimanagement.ApiManagementServiceSkuPropertiesArgs{Name: pulumi.String(options.SKU), Capacity: pulumi.Int(region.Units)},
			DisableGateway: pulumi.Bool(region.GatewayOff),
		}
		if len(region.Zones) > 0 {
			location.Zones = pulumi.ToStringArray(region.Zones)
		}
		if network := networks[arm.NormalRegion(region.Location)]; network != nil {
			location.VirtualNetworkConfiguration = &apimanagement.VirtualNetworkConfigurationArgs{SubnetResourceId: network.SubnetID}
			location.PublicIpAddressId = network.AddressID
		}
		locations = append(locations, location)
	}
	return locations
}

// regionalGateways take the hosts from what the service answers: their names are Azure's
// choice.
func regionalGateways(service *apimanagement.ApiManagementService, options Options, own string) []RegionalGateway {
	var gateways []RegionalGateway
	for _, region := range options.Gateways(own) {
		host := pulumi.All(service.GatewayRegionalUrl, service.AdditionalLocations, service.GatewayUrl).ApplyT(func(of []any) (string, error) {
			if region == arm.NormalRegion(own) {
				return hostOf(ownGateway(options.SKU, of[2].(string), of[0].(string)), region)
			}
			for _, location := range of[1].([]apimanagement.AdditionalLocationResponse) {
				if arm.NormalRegion(location.Location) == region {
					return hostOf(location.GatewayRegionalUrl, region)
				}
			}
			return "", fmt.Errorf("the service tells no gateway in %s", region)
		}).(pulumi.StringOutput)
		gateways = append(gateways, RegionalGateway{region, host})
	}
	return gateways
}

// ownGateway is the URL of the gateway in a service's own region. A v2 service has no other
// one; whether it tells a regional URL is not documented.
func ownGateway(sku, url, regionalURL string) string {
	if azure.GenerationOf(sku) == azure.V2 {
		return url
	}
	return regionalURL
}

// hostOf is the host of a gateway's URL.
func hostOf(url, region string) (string, error) {
	host := hostName(url)
	if host == "" {
		return "", fmt.Errorf("the service tells no URL of its gateway in %s", region)
	}
	return host, nil
}

// hostName is the host of a URL, "" for none.
func hostName(url string) string { return strings.Trim(strings.TrimPrefix(url, "https://"), "/") }

// regions are those with gateways.
func (s *Service) regions() []string {
	names := make([]string, len(s.Gateways))
	for i, gateway := range s.Gateways {
		names[i] = gateway.Region
	}
	return names
}
