package azure

// What a service of API Management has from birth. Sources:
// https://learn.microsoft.com/azure/api-management/api-management-howto-policies (the policy),
// https://learn.microsoft.com/azure/api-management/api-management-subscriptions (the master
// subscription), azurerm's removal of samples (classic services have them), and the REST
// reference of services (the sender and the names of custom properties).
const (
	// BornPolicy is the policy of all APIs.
	BornPolicy = "<policies>\n\t<inbound />\n\t<backend>\n\t\t<forward-request />\n\t</backend>\n\t<outbound />\n\t<on-error />\n</policies>"

	// MasterSubscription is the name of the subscription for all APIs.
	MasterSubscription = "master"

	// SampleAPI is the name of the sample among the APIs.
	SampleAPI = "echo-api"

	// GatewayProperty begins the names of a service's custom properties.
	GatewayProperty = "Microsoft.WindowsAzure.ApiManagement.Gateway."
)

// NotificationSenders are who sends a service's mails: both stand in the REST reference's
// examples of services.
var NotificationSenders = []string{"apimgmt-noreply@mail.windowsazure.com", "apimgmt-noreply@azure.com"}

// SampleProducts are the display names of the samples among the products. In lower case they
// are the names.
var SampleProducts = []string{"Starter", "Unlimited"}
