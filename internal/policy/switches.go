package policy

// Switches are behaviours of the service that its documents leave open. The zero
// value is what is assumed here; docs/policy.md lists them with the reasons.
type Switches struct {
	// Rawxml reads documents as the format rawxml, in which entities inside of
	// expressions are not decoded. Documents whose format is not known are read
	// with them decoded, so that both forms can be checked.
	Rawxml bool
	// XML refuses documents that are not well-formed, as the service does with the
	// format xml.
	XML bool
	// NoResponseAfterTransportFailure makes context.Response null while a retry
	// decides after a connection failure or timeout. One report saw a response
	// of 500 there, which is the default.
	NoResponseAfterTransportFailure bool
	// NoResponseBeforeForward makes context.Response null in the backend section
	// until something was forwarded. Documents in use read its status there
	// before, so that the default is an empty 200.
	NoResponseBeforeForward bool
	// MissSetsNull makes cache-lookup-value set its variable to null after a miss
	// without a default-value. Microsoft's page says both; what was seen is that
	// the variable is not set, which is the default.
	MissSetsNull bool
	// PoolExhaustedReason is context.Response.StatusReason when all members of a
	// pool are tripped; "" stands for "Service Unavailable". It changed before.
	PoolExhaustedReason string
	// UnavailableIsError raises an error of status 503 where a breaker is open or a
	// pool exhausted, so that on-error runs. By default it is a response of 503, which
	// retries and outbound see. Documents in use have it both ways.
	UnavailableIsError bool
	// StrictText refuses expressions of another type than string where text is
	// needed; by default their ToString() is taken.
	StrictText bool
	// SetHeaderBesideVariable sets the Authorization header also where
	// authentication-managed-identity puts its token into a variable. By default
	// the header is set only without output-token-variable-name.
	SetHeaderBesideVariable bool
	// ExponentialFromInterval doubles the interval itself in an exponential
	// retry, interval*2^(n-1), as one reading of the reference has it. The
	// default is the formula interval + (2^(n-1)-1)*random(0.8..1.2)*delta.
	ExponentialFromInterval bool
	// StreamsPass lets the events of a stream pass one by one also where a diagnostic
	// keeps bodies of responses, and on Consumption. By default the gateway gathers them
	// there until the answer is complete: the page on server-sent events warns of that,
	// and does not say when it happens.
	StreamsPass bool
}
