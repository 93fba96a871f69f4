package main

import (
	"context"
	"fmt"

	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

type entraCommands struct {
	Token  entraTokenCommand  `cmd:"" help:"Print an access token."`
	Secret entraSecretCommand `cmd:"" help:"Print the client id and secret of an application, for clients that get tokens themselves."`
}

type entraTokenCommand struct {
	Principal string `arg:"" optional:"" help:"Name, object id or client id of somebody in the seed; default who deploys."`
	Resource  string `help:"What the token is for." default:"https://ai.azure.com"`
}

// Run prints a token.
func (c *entraTokenCommand) Run(ctx context.Context, s *shared, out *streams) error {
	return s.withSession(ctx, func(session *sandbox.Session) error {
		token, err := session.Token(ctx, c.Principal, c.Resource)
		if err != nil {
			return err
		}
		if s.JSON {
			return printJSON(out.stdout, token)
		}
		_, err = fmt.Fprintln(out.stdout, token.AccessToken)
		return err
	})
}

type entraSecretCommand struct {
	Application string `arg:"" help:"Name, object id or client id of an application in the seed."`
}

// Run prints a client's id and secret.
func (c *entraSecretCommand) Run(ctx context.Context, s *shared, out *streams) error {
	return s.withSession(ctx, func(session *sandbox.Session) error {
		secret, err := session.Secret(ctx, c.Application)
		if err != nil {
			return err
		}
		if s.JSON {
			return printJSON(out.stdout, secret)
		}
		return printBare(out.stdout, secret)
	})
}
