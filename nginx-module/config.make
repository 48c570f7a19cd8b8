# nginx compiles C with one set of flags; ours is C++20, and hides its symbols from other modules.
for ngx_source in $(find "$ngx_addon_dir/src" "$ngx_addon_dir/../shared" -name '*.cpp'); do
  ngx_object=$NGX_OBJS/addon/$(basename "$(dirname "$ngx_source")")/$(basename "$ngx_source" .cpp).o
  echo "$ngx_object: CFLAGS += -std=c++20 -O2 -fvisibility=hidden -fvisibility-inlines-hidden" \
    >> "$NGX_MAKEFILE"
done
