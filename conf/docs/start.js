// Swagger UI for the API of the same host. No other host is asked for anything.
if (window.SwaggerUIBundle) {
  window.SwaggerUIBundle({
    url: '/openapi.json',
    dom_id: '#swagger-ui',
    deepLinking: true,
    validatorUrl: null,
  });
}
