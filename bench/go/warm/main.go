// Warm verifies tokens with golang-jwt and says how long each took.
//
// Standard input: a line of JSON, algorithm -> public key (PEM) and tokens; then a line "algorithm index" for each
// verification. Standard output: the nanoseconds of each, a line each.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

type material struct {
	PEM    string   `json:"pem"`
	Tokens []string `json:"tokens"`
}

func main() {
	input := bufio.NewReader(os.Stdin)
	var materials map[string]material
	line, err := input.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &materials)
	}
	if err != nil {
		log.Fatal(err)
	}
	keys := map[string]any{}
	for alg, material := range materials {
		if keys[alg], err = parseKey(alg, []byte(material.PEM)); err != nil {
			log.Fatal(alg, ": ", err)
		}
	}
	for {
		var alg string
		var index int
		if _, err := fmt.Fscanln(input, &alg, &index); err != nil {
			return
		}
		started := time.Now()
		if err := verify(materials[alg].Tokens[index], alg, keys[alg]); err != nil {
			log.Fatal(alg, ": ", err)
		}
		fmt.Println(time.Since(started).Nanoseconds())
	}
}

func verify(token, alg string, key any) error {
	_, err := jwt.Parse(token, func(*jwt.Token) (any, error) { return key, nil },
		jwt.WithValidMethods([]string{alg}), jwt.WithIssuer("https://auth.example.com"),
		jwt.WithAudience("orders"), jwt.WithExpirationRequired(), jwt.WithIssuedAt())
	return err
}

func parseKey(alg string, pem []byte) (any, error) {
	switch {
	case strings.HasPrefix(alg, "ES"):
		return jwt.ParseECPublicKeyFromPEM(pem)
	case alg == "EdDSA":
		return jwt.ParseEdPublicKeyFromPEM(pem)
	}
	return jwt.ParseRSAPublicKeyFromPEM(pem)
}
