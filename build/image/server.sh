#!/usr/bin/env bash
# server.sh ROOT OUT: a Triton server with its Python backend, its local cache and every library that
# they need, collected into OUT in the form of NGC's /opt/tritonserver.
# ROOT is /opt/tritonserver of NGC's image, or pytriton/tritonserver of the wheel nvidia-pytriton.
set -euo pipefail
root=$1
out=$2

# The distribution's own (packages.sh installs them in the final image), and the driver's, which the
# container runtime mounts: neither may be copied.
DISTRIBUTION='linux-vdso|ld-linux.*|libc|libm|libdl|libpthread|librt|libresolv|libutil|libstdc\+\+|libgcc_s|libpython3.*'
DRIVER='libcuda|libnvidia-.*'

stub=$root/backends/python/triton_python_backend_stub
if [ ! -f "$stub" ]; then   # the wheel has one for every Python; the image has one Python
  python=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  stub=$root/python_backend_stubs/$python/triton_python_backend_stub
fi
install -D -t "$out/bin" "$root/bin/tritonserver"
install -D -t "$out/backends/python" "$stub" \
  "$root/backends/python/libtriton_python.so" "$root/backends/python/triton_python_backend_utils.py"
install -D -t "$out/caches/local" "$root/caches/local/libtritoncache_local.so"
install -m 644 -t "$out" "$root/TRITON_VERSION"
shopt -s nullglob
licences=("$root"/LICENSE* "$root"/*License.pdf "$root"/../../nvidia_pytriton-*.dist-info/licenses/*)
[ ${#licences[@]} -gt 0 ] || { echo "server.sh: $root comes without a licence" >&2; exit 1; }
install -D -m 644 -t "$out/licenses" "${licences[@]}"

mkdir -p "$out/lib"
export LD_LIBRARY_PATH=$root/lib:${LD_LIBRARY_PATH:-}
ldd "$root/bin/tritonserver" "$root/backends/python/libtriton_python.so" "$stub" \
    "$root/caches/local/libtritoncache_local.so" \
  | awk '$2 == "=>" { print $1, $3 }' | sort -u \
  | grep -vE "^($DISTRIBUTION|$DRIVER)\.so" \
  | while read -r name path; do
      [ "$path" != not ] || { echo "server.sh: $root needs $name, and it is nowhere" >&2; exit 1; }
      cp -L "$path" "$out/lib/$name"
    done
echo "server.sh: Triton $(cat "$out/TRITON_VERSION") with $(find "$out/lib" -type f | wc -l) libraries"
