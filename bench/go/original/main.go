// Original is a Lambda authorizer as one often finds it: each request loads the AWS configuration, makes a KMS client,
// fetches the public key and verifies the token with golang-jwt. The benchmarks compare with it.
package main

import (
	"context"
	"crypto/x509"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/golang-jwt/jwt/v5"
)

type (
	request  = events.APIGatewayV2CustomAuthorizerV2Request
	response = events.APIGatewayV2CustomAuthorizerSimpleResponse
)

func main() {
	lambda.Start(authorize)
}

func authorize(ctx context.Context, event request) (response, error) {
	key, err := publicKey(ctx)
	if err != nil {
		return response{}, err
	}
	token := strings.TrimPrefix(event.Headers["authorization"], "Bearer ")
	claims := jwt.MapClaims{}
	_, err = jwt.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return key, nil },
		jwt.WithValidMethods([]string{"ES512"}), jwt.WithIssuer("https://auth.example.com"),
		jwt.WithAudience("orders"), jwt.WithExpirationRequired())
	if err != nil {
		return response{IsAuthorized: false}, nil
	}
	return response{IsAuthorized: true, Context: map[string]any{"sub": claims["sub"]}}, nil
}

func publicKey(ctx context.Context) (any, error) {
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	client := kms.NewFromConfig(settings)
	answer, err := client.GetPublicKey(ctx, &kms.GetPublicKeyInput{KeyId: aws.String(os.Getenv("KMS_KEY_ID"))})
	if err != nil {
		return nil, err
	}
	return x509.ParsePKIXPublicKey(answer.PublicKey)
}
