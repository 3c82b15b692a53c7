// Go's clientcredentials, with each way to authenticate. Standard input has the service and its clients, standard output gets
// what the library makes of the answers: [{library, method, answer | fault}].
package main

import (
	"context"
	"encoding/json"
	"log"
	"net/url"
	"os"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

type client struct {
	ID         string
	Secret     string
	Assertions []string
}

type service struct {
	TokenEndpoint string `json:"token_endpoint"`
	Scope         string
	Resources     []string
	Clients       map[string]client
}

type result struct {
	Library string         `json:"library"`
	Method  string         `json:"method"`
	Answer  map[string]any `json:"answer,omitempty"`
	Fault   string         `json:"fault,omitempty"`
}

func main() {
	var given service
	if err := json.NewDecoder(os.Stdin).Decode(&given); err != nil {
		log.Fatal(err)
	}
	billing, legacy, job := given.Clients["billing"], given.Clients["legacy"], given.Clients["job"]
	assertion := url.Values{
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		"client_assertion":      job.Assertions[:1],
	}
	results := []result{}
	for _, row := range []struct {
		method string
		client client
		style  oauth2.AuthStyle
		params url.Values
	}{
		{"Basic", billing, oauth2.AuthStyleInHeader, nil},
		{"Basic, any secret", legacy, oauth2.AuthStyleInHeader, nil},
		{"body", billing, oauth2.AuthStyleInParams, nil},
		{"Basic and client_id", billing, oauth2.AuthStyleInHeader, url.Values{"client_id": {billing.ID}}},
		{"AWS role", client{}, oauth2.AuthStyleInParams, assertion},
		{"two resources", billing, oauth2.AuthStyleAutoDetect, url.Values{"resource": given.Resources}},
	} {
		config := clientcredentials.Config{
			ClientID:       row.client.ID,
			ClientSecret:   row.client.Secret,
			TokenURL:       given.TokenEndpoint,
			Scopes:         []string{given.Scope},
			AuthStyle:      row.style,
			EndpointParams: row.params,
		}
		found := result{Library: "Go clientcredentials", Method: row.method}
		if token, err := config.Token(context.Background()); err != nil {
			found.Fault = err.Error()
		} else {
			found.Answer = map[string]any{
				"access_token": token.AccessToken,
				"token_type":   token.TokenType,
				"expires_in":   token.Extra("expires_in"),
				"scope":        token.Extra("scope"),
			}
			if !token.Valid() || token.Expiry.IsZero() {
				found.Fault = "the library would not renew this token"
			}
		}
		results = append(results, found)
	}
	if err := json.NewEncoder(os.Stdout).Encode(results); err != nil {
		log.Fatal(err)
	}
}
