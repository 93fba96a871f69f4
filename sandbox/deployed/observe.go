package deployed

import "strings"

// Logger is where a service tells what happens.
type Logger struct {
	// ID is the logger's name.
	ID string
	// Kind is azureMonitor, applicationInsights or azureEventHub.
	Kind string
	// Endpoint and Hub lead to an event hub; ClientID is that of the identity which sends,
	// "" where none does.
	Endpoint, Hub, ClientID string
	// ConnectionString and InstrumentationKey lead to Application Insights.
	ConnectionString, InstrumentationKey string
	// Component is that of Application Insights; nil for none.
	Component *Component
}

// Component is one of Application Insights.
type Component struct {
	// ID is the ARM id.
	ID, InstrumentationKey string
	// KeysDisabled takes data only from identities with a role.
	KeysDisabled bool
}

// Diagnostic says what a logger is told of each request.
type Diagnostic struct {
	// ID is the diagnostic's name.
	ID     string
	Logger *Logger
	// Percentage of the requests is told; errors always are where AllErrors says so.
	Percentage float64
	AllErrors  bool
	// Verbosity is the least severity of traces that is told, in lower case; "" is verbose.
	Verbosity string
	ClientIP  bool
	Metrics   bool
	// Models tells of calls of models; Prompts and Completions are how many bytes of their
	// text are kept.
	Models               bool
	Prompts, Completions int
	// Frontend is between caller and gateway, Backend between gateway and backend.
	Frontend, Backend Messages
}

// Messages say what is kept of requests and responses.
type Messages struct{ Request, Response Message }

// Message is what is kept of one message.
type Message struct {
	Headers []string
	// Bytes of the body.
	Bytes int
}

func (r *reader) logger(of resource) *Logger {
	credentials := of.hidden().object("credentials")
	l := &Logger{
		ID: of.Name(), Kind: of.properties().text("loggerType"),
		Endpoint: credentials.text("endpointAddress"), Hub: credentials.text("name"), ClientID: credentials.text("identityClientId"),
		ConnectionString: credentials.text("connectionString"), InstrumentationKey: credentials.text("instrumentationKey"),
	}
	if component, found := r.get(of.properties().text("resourceId")); found {
		l.Component = &Component{component.ID, component.properties().text("InstrumentationKey"), component.properties().flag("DisableLocalAuth")}
	}
	return l
}

// diagnostics are those whose logger is there.
func diagnostics(list []resource, loggers map[string]*Logger) []*Diagnostic {
	var found []*Diagnostic
	for _, each := range list {
		properties := each.properties()
		logger := loggers[fold(properties.text("loggerId"))]
		if logger == nil {
			continue
		}
		models := properties.object("largeLanguageModel")
		d := &Diagnostic{
			ID: each.Name(), Logger: logger, Percentage: 100, AllErrors: properties.text("alwaysLog") == "allErrors", Verbosity: strings.ToLower(properties.text("verbosity")),
			ClientIP: properties.flag("logClientIp"), Metrics: properties.flag("metrics"), Models: models.text("logs") == "enabled",
			Prompts: textBytes(models.object("requests")), Completions: textBytes(models.object("responses")),
			Frontend: messages(properties.object("frontend")), Backend: messages(properties.object("backend")),
		}
		if share, given := properties.object("sampling")["percentage"].(float64); given {
			d.Percentage = share
		}
		found = append(found, d)
	}
	return found
}

func messages(of object) Messages {
	return Messages{message(of.object("request")), message(of.object("response"))}
}

func message(of object) Message {
	return Message{of.texts("headers"), of.object("body").number("bytes", 0)}
}

// defaultTextBytes is how much of a model's text is kept where the diagnostic does not
// say. Source: the service's REST reference.
const defaultTextBytes = 32 << 10

// textBytes is how much of the text of prompts or completions is kept.
func textBytes(of object) int {
	if of.text("messages") != "all" {
		return 0
	}
	return of.number("maxSizeInBytes", defaultTextBytes)
}
