package frontdoor

import (
	"fmt"

	cdn "github.com/pulumi/pulumi-azure-native-sdk/cdn/v2/v20240901"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/defaults"
)

// originGroup makes the group and its origins.
func (b *builder) originGroup() (*cdn.AFDOriginGroup, []pulumi.Resource, error) {
	options := b.args.Options
	affinity := "Disabled"
	if options.SessionAffinity {
		affinity = "Enabled"
	}
	group, err := cdn.NewAFDOriginGroup(b.ctx, b.name, &cdn.AFDOriginGroupArgs{
		OriginGroupName:   pulumi.String(b.args.OriginGroupName),
		ProfileName:       b.profile.Name,
		ResourceGroupName: b.args.ResourceGroupName,
		LoadBalancingSettings: &cdn.LoadBalancingSettingsParametersArgs{
			AdditionalLatencyInMilliseconds: pulumi.Int(options.AdditionalLatencyMilliseconds),
			SampleSize:                      pulumi.Int(options.SampleSize),
			SuccessfulSamplesRequired:       pulumi.Int(options.SuccessfulSamplesRequired),
		},
		HealthProbeSettings: &cdn.HealthProbeParametersArgs{
			ProbePath:              pulumi.String(options.Probe.Path),
			ProbeRequestType:       cdn.HealthProbeRequestTypeGET,
			ProbeProtocol:          cdn.ProbeProtocolHttps,
			ProbeIntervalInSeconds: pulumi.Int(options.Probe.IntervalSeconds),
		},
		SessionAffinityState: pulumi.String(affinity),
		TrafficRestorationTimeToHealedOrNewEndpointsInMinutes: pulumi.Int(options.TrafficRestorationMinutes),
	}, b.parent)
	if err != nil {
		return nil, nil, fmt.Errorf("origin group: %w", err)
	}
	origins := make([]pulumi.Resource, len(b.args.Origins))
	for i, origin := range b.args.Origins {
		origin = defaults.Filled(origin) // explicitly, because the defaults of Azure's tools differ
		state := "Enabled"
		if origin.Disabled {
			state = "Disabled"
		}
		args := &cdn.AFDOriginArgs{
			OriginName:                  pulumi.String(origin.Name),
			OriginGroupName:             group.Name,
			ProfileName:                 b.profile.Name,
			ResourceGroupName:           b.args.ResourceGroupName,
			HostName:                    origin.HostName,
			OriginHostHeader:            origin.HostName,
			HttpPort:                    pulumi.Int(80),
			HttpsPort:                   pulumi.Int(443),
			Weight:                      pulumi.Int(origin.Weight),
			Priority:                    pulumi.Int(origin.Priority),
			EnabledState:                pulumi.String(state),
			EnforceCertificateNameCheck: pulumi.Bool(true),
		}
		if link := origin.Link.resource(); link != nil {
			args.SharedPrivateLinkResource = link
		}
		opts := []pulumi.ResourceOption{b.parent, pulumi.DependsOn(origin.DependsOn)}
		if origin.Link != nil {
			// Whether Azure tells the connection's state here is not documented; it is no change.
			opts = append(opts, pulumi.IgnoreChanges([]string{"sharedPrivateLinkResource.status"}))
		}
		origins[i], err = cdn.NewAFDOrigin(b.ctx, b.name+"-"+origin.Name, args, opts...)
		if err != nil {
			return nil, nil, fmt.Errorf("origin %s: %w", origin.Name, err)
		}
	}
	return group, origins, nil
}
