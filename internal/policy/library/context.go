package library

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// The values behind context: each is a small view on package exchange that
// knows its type.
type (
	contextView struct{}
	view[T any] struct {
		self  *Type
		value T
	}
)

func (v view[T]) typeIn(*Library) *Type     { return v.self }
func (contextView) typeIn(l *Library) *Type { return l.Context }
func (v view[T]) text(*Env) (string, error) { return textOfView(v.value, v.self), nil }
func textOfView(value any, self *Type) string {
	if u, ok := value.(exchange.URL); ok {
		return u.String()
	}
	return self.FullName()
}

// ContextValue is what the name context stands for.
func ContextValue() any { return contextView{} }

// viewsOf makes views that are of a type, which may be declared later; null where there is nothing to
// see.
func viewsOf[T any](l *Library, name string) func(*T) any {
	var self *Type
	l.later(func() { self = l.named(name) })
	return func(value *T) any {
		if value == nil {
			return nil
		}
		return view[*T]{self, value}
	}
}

// shown declares a property of the context, such as "IRequest Request", that is a view.
func shown[T any](c *class, signature string, of func(*exchange.Context) *T) {
	name, _, _ := strings.Cut(signature, " ")
	views := viewsOf[T](c.library, name)
	c.declare(signature, Member{
		Do:   func(call *Call, _ []any) (any, error) { return views(of(call.Exchange)), nil },
		Path: step(func(x *exchange.Context) (*T, error) { return of(x), nil }),
	})
}

// shown is the type of what a view shows, for whoever reads all its properties.
func (v view[T]) shown() *Type { return v.self }

// get reads a property of what a view shows.
func get[T, R any](f func(T) R) Func {
	return func(_ *Call, a []any) (any, error) { return f(a[0].(view[T]).value), nil }
}

// text reads a property that is a string, "" of which is null where nullable.
func nullable[T any](f func(T) string) Func {
	return func(_ *Call, a []any) (any, error) {
		if s := f(a[0].(view[T]).value); s != "" {
			return s, nil
		}
		return nil, nil
	}
}

func declareContext(l *Library) {
	c := l.iface("", "IProxyRequestContext")
	declareDescriptions(l)
	part := func(signature string, f func(x *exchange.Context) any) {
		c.property(signature, func(call *Call, _ []any) (any, error) { return f(call.Exchange), nil })
	}
	shown(c, "IContextApi Api", func(x *exchange.Context) *exchange.API { return &x.API })
	shown(c, "IDeployment Deployment", func(x *exchange.Context) *exchange.Deployment { return &x.Deployment })
	shown(c, "IOperation Operation", func(x *exchange.Context) *exchange.Operation { return &x.Operation })
	shown(c, "IProduct Product", func(x *exchange.Context) *exchange.Product { return x.Product })
	shown(c, "ISubscription Subscription", func(x *exchange.Context) *exchange.Subscription { return x.Subscription })
	shown(c, "IUser User", func(x *exchange.Context) *exchange.User { return x.User })
	shown(c, "IBackend Backend", func(x *exchange.Context) *exchange.Backend { return x.Backend })
	shown(c, "IWorkspace Workspace", func(x *exchange.Context) *exchange.Named { return x.Workspace })
	shown(c, "ILastError LastError", func(x *exchange.Context) *exchange.Failure { return x.LastError })
	shown(c, "IRequest Request", func(x *exchange.Context) *exchange.Request { return x.Request })
	shown(c, "IResponse Response", func(x *exchange.Context) *exchange.Response { return x.Response })
	part("bool Tracing", func(x *exchange.Context) any { return x.Tracing })
	part("Guid RequestId", func(x *exchange.Context) any {
		guid, _ := dotnet.ParseGuid(x.RequestID)
		return guid
	})
	part("DateTime Timestamp", func(x *exchange.Context) any { return dotnet.FromTime(x.Timestamp) })
	elapsed := func(e *Env) (span, error) { return span(e.Now().Sub(e.Exchange.Timestamp) / 100), nil }
	c.declare("TimeSpan Elapsed", Member{
		Do:   func(call *Call, _ []any) (any, error) { return either(elapsed(call.Env)) },
		Path: func(any) any { return Reader[span](elapsed) },
	})
	c.property("IReadOnlyDictionary<string, object> Variables", func(call *Call, _ []any) (any, error) {
		if call.variables == nil {
			call.variables = variables{call.Library, call.Exchange}
		}
		return call.variables, nil
	})
	c.method("void Trace(string? message)", func(call *Call, a []any) (any, error) {
		if call.Log != nil {
			call.Log(to[string](a[1]))
		}
		return nil, nil //nolint:nilnil // null is the value, or there is none
	})
	c.beyond("GraphQL")
}

// variables are context.Variables.
type variables struct {
	library  *Library
	exchange *exchange.Context
}

func (v variables) typeIn(l *Library) *Type {
	return l.named("IReadOnlyDictionary", l.String, l.Object)
}

func (v variables) get(key any) (any, bool) {
	value, ok := v.exchange.Variables[to[string](key)]
	return value, ok
}

func (v variables) count() int { return len(v.exchange.Variables) }

func (v variables) each(do func(any) error) error {
	pair := v.library.PairOf(v.library.String, v.library.Object)
	for _, name := range slices.Sorted(maps.Keys(v.exchange.Variables)) {
		if err := do(Pair{pair, name, v.exchange.Variables[name]}); err != nil {
			return err
		}
	}
	return nil
}

// declareDescriptions declares what the gateway knows about the call.
func declareDescriptions(l *Library) {
	type (
		api          = *exchange.API
		operation    = *exchange.Operation
		product      = *exchange.Product
		subscription = *exchange.Subscription
		user         = *exchange.User
		deployment   = *exchange.Deployment
		failure      = *exchange.Failure
		backend      = *exchange.Backend
		named        = *exchange.Named
	)
	contextAPI := l.iface("", "IContextApi").from("IApi")
	contextAPI.property("bool IsCurrentRevision", get(func(v api) bool { return v.IsCurrentRevision })).property("string Revision", get(func(v api) string { return v.Revision }))
	contextAPI.property("string Version", nullable(func(v api) string { return v.Version }))
	i := l.iface("", "IApi")
	i.property("string Id", get(func(v api) string { return v.ID })).property("string Name", get(func(v api) string { return v.Name })).property("string Path", get(func(v api) string { return v.Path }))
	i.property("IUrl ServiceUrl", get(func(v api) any { return view[exchange.URL]{l.named("IUrl"), v.ServiceURL} }))
	i.property("IEnumerable<string> Protocols", get(func(v api) any { return l.Strings(v.Protocols) }))
	i.property("ISubscriptionKeyParameterNames SubscriptionKeyParameterNames", get(func(v api) any { return view[api]{l.named("ISubscriptionKeyParameterNames"), v} }))
	l.iface("", "ISubscriptionKeyParameterNames").property("string Header", get(func(v api) string { return v.KeyHeader })).property("string Query", get(func(v api) string { return v.KeyQuery }))

	o := l.iface("", "IOperation")
	o.property("string Id", get(func(v operation) string { return v.ID })).property("string Name", get(func(v operation) string { return v.Name }))
	o.property("string Method", get(func(v operation) string { return v.Method })).property("string UrlTemplate", get(func(v operation) string { return v.URLTemplate }))

	p := l.iface("", "IProduct")
	l.enum("", "ProductState", counted("NotPublished", "Published")...)
	p.property("string Id", get(func(v product) string { return v.ID })).property("string Name", get(func(v product) string { return v.Name }))
	p.property("bool ApprovalRequired", get(func(v product) bool { return v.ApprovalRequired })).property("bool SubscriptionRequired", get(func(v product) bool { return v.SubscriptionRequired }))
	limit := get(func(v product) any {
		if v.SubscriptionLimit == nil {
			return nil
		}
		return count(*v.SubscriptionLimit)
	})
	p.property("int? SubscriptionLimit", limit).property("int? SubscriptionsLimit", limit)
	p.property("ProductState State", get(func(v product) any { return Enum{l.named("ProductState"), int32(bit(v.Published))} })) //nolint:gosec // 0 or 1
	p.property("IEnumerable<IGroup> Groups", get(func(v product) any { return groups(l, "IGroup", v.Groups) }))
	p.property("IEnumerable<IApi> Apis", get(func(v product) any {
		list := &List{Element: l.named("IApi")}
		for i := range v.APIs {
			list.Items = append(list.Items, view[api]{l.named("IApi"), &v.APIs[i]})
		}
		return list
	}))
	for _, name := range []string{"IGroup", "IWorkspace"} {
		l.iface("", name).property("string Id", get(func(v named) string { return v.ID })).property("string Name", get(func(v named) string { return v.Name }))
	}
	l.iface("", "IUserIdentity").property("string Id", get(func(v named) string { return v.ID })).property("string Provider", get(func(v named) string { return v.Name }))

	s := l.iface("", "ISubscription")
	for name, read := range map[string]func(subscription) string{
		"Id": func(v subscription) string { return v.ID }, "Name": func(v subscription) string { return v.Name }, "Key": func(v subscription) string { return v.Key },
		"PrimaryKey": func(v subscription) string { return v.PrimaryKey }, "SecondaryKey": func(v subscription) string { return v.SecondaryKey },
	} {
		s.property("string "+name, get(read))
	}
	s.property("DateTime CreatedDate", get(func(v subscription) dotnet.DateTime { return dotnet.FromTime(v.Created) }))
	s.property("DateTime? StartDate", get(func(v subscription) any { return orNoTime(v.Start) })).property("DateTime? EndDate", get(func(v subscription) any { return orNoTime(v.End) }))

	u := l.iface("", "IUser")
	for name, read := range map[string]func(user) string{
		"Id": func(v user) string { return v.ID }, "Email": func(v user) string { return v.Email }, "FirstName": func(v user) string { return v.FirstName },
		"LastName": func(v user) string { return v.LastName }, "Note": func(v user) string { return v.Note },
	} {
		u.property("string "+name, get(read))
	}
	u.property("DateTime RegistrationDate", get(func(v user) dotnet.DateTime { return dotnet.FromTime(v.Registered) }))
	u.property("IEnumerable<IGroup> Groups", get(func(v user) any { return groups(l, "IGroup", v.Groups) }))
	u.property("IEnumerable<IUserIdentity> Identities", get(func(v user) any { return groups(l, "IUserIdentity", v.Identities) }))

	d := l.iface("", "IDeployment")
	d.property("string Region", get(func(v deployment) string { return v.Region })).property("string ServiceName", get(func(v deployment) string { return v.ServiceName }))
	d.property("string ServiceId", get(func(v deployment) string { return v.ServiceID })).property("string GatewayId", get(func(v deployment) string { return v.GatewayID }))
	d.property("IReadOnlyDictionary<string, X509Certificate2> Certificates", get(func(v deployment) any {
		certificates := l.newDictionary(newType(l.Dictionary.def, []*Type{l.String, l.named("X509Certificate2")}))
		for _, name := range slices.Sorted(maps.Keys(v.Certificates)) {
			certificates.set(name, certificate(l, v.Certificates[name]))
		}
		return certificates
	}))
	d.property("IGateway Gateway", get(func(v deployment) any { return view[deployment]{l.named("IGateway"), v} }))
	d.beyond("SustainabilityInfo")
	g := l.iface("", "IGateway")
	g.property("string Id", get(func(v deployment) string { return v.GatewayID })).property("string InstanceId", get(func(v deployment) string { return v.InstanceID }))
	g.property("bool IsManaged", get(func(v deployment) bool { return v.GatewayID == "managed" }))

	e := l.iface("", "ILastError")
	e.property("string Source", get(func(v failure) string { return v.Source })).property("string Reason", nullable(func(v failure) string { return v.Reason }))
	e.property("string Message", get(func(v failure) string { return v.Message })).property("string Scope", nullable(func(v failure) string { return v.Scope }))
	e.property("string Section", nullable(func(v failure) string { return v.Section })).property("string Path", nullable(func(v failure) string { return v.Path }))
	e.property("string PolicyId", nullable(func(v failure) string { return v.PolicyID }))
	b := l.iface("", "IBackend")
	b.property("string Id", get(func(v backend) string { return v.ID })).property("string Type", get(func(v backend) string { return v.Type })).property("string AzureRegion", get(func(v backend) string { return v.Region }))
}

func groups(l *Library, self string, items []exchange.Named) *List {
	list := &List{Element: l.named(self)}
	for i := range items {
		list.Items = append(list.Items, view[*exchange.Named]{list.Element, &items[i]})
	}
	return list
}

func orNoTime(t *time.Time) any {
	if t == nil {
		return nil
	}
	return dotnet.FromTime(*t)
}
