package policy

// getAuthorizationContext gets a token of a connection (Microsoft's reference of
// get-authorization-context).
func getAuthorizationContext(c *elementCompilation) runner {
	provider, id, kind, identity := c.get("provider-id"), c.get("authorization-id"), c.get("identity-type"), c.get("identity")
	variable, ignore := c.get("context-variable-name"), c.get("ignore-error")
	c.step.detail = describe(variable) + " = " + describe(provider) + "/" + describe(id)
	if variable.compiled == nil {
		c.noteVariable(c.literal("context-variable-name", ""), nil)
	} else {
		c.opaque = true
	}
	return func(x *Execution) error {
		name, err := variable.required(x, "context-variable-name")
		if err != nil {
			return err
		}
		connection, err := connectionOf(x, provider, id, kind, identity)
		if err != nil {
			return err
		}
		ignored, err := ignore.boolean(x, false)
		if err != nil {
			return err
		}
		if x.world.Connections == nil {
			return missingWorld("the credential manager")
		}
		found, err := x.world.Connections.Authorization(x.ctx, connection)
		switch {
		case err == nil:
			x.exchange.Variables[name] = x.library.NewAuthorization(found.AccessToken, found.Claims)
			x.tell("a token of %s/%s", connection.Provider, connection.ID)
			return nil
		case ignored:
			x.exchange.Variables[name] = nil
			x.tell("ignored: %v", err)
			return nil
		}
		return &Error{Failure: failure("", "", "getting the authorization "+connection.ID+" of "+connection.Provider+": "+err.Error()), cause: err}
	}
}

func connectionOf(x *Execution, provider, id, kind, identity *value) (connection Connection, err error) {
	if connection.Provider, err = provider.required(x, "provider-id"); err != nil {
		return connection, err
	}
	if connection.ID, err = id.required(x, "authorization-id"); err != nil {
		return connection, err
	}
	mode, err := kind.trimmed(x)
	if err != nil || mode != "jwt" {
		// The identity counts with jwt only.
		return connection, err
	}
	connection.Caller, err = identity.required(x, "identity")
	return connection, err
}
