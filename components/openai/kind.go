package openai

import (
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// The kinds of accounts.
const (
	// KindOpenAI is an Azure OpenAI account, which Microsoft may upgrade to Foundry.
	KindOpenAI = azure.KindOpenAI
	// KindFoundry is a Microsoft Foundry account (AIServices): the same name, roles and
	// clients, and two more host names. Projects stay off.
	KindFoundry = azure.KindFoundry
)

// ValidateKind notes at path what is no kind of account; empty means KindOpenAI.
func ValidateKind(list *faults.List, path, kind string) {
	if kind != "" {
		list.OneOf(path, kind, azure.AccountKinds)
	}
}
