/* What nginx looks up by name in a module it loads. Its own build makes this file by itself. */
#include <ngx_config.h>
#include <ngx_core.h>

extern ngx_module_t ngx_http_access_token_module;

ngx_module_t *ngx_modules[] = {&ngx_http_access_token_module, NULL};
char *ngx_module_names[] = {"ngx_http_access_token_module", NULL};
char *ngx_module_order[] = {NULL};
