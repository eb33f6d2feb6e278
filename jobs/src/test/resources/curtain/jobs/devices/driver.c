/* A pretended driver of NVIDIA's, with two GPUs: nvidia-smi counts A, B and CUDA B, A. FAKE_GPUS=-1 is out of order. */
#include <stdlib.h>
#include <string.h>

static int count(void) {
  const char *said = getenv("FAKE_GPUS");
  return said == NULL ? 2 : atoi(said);
}

int cuInit(unsigned flags) { return count() < 0 ? 999 : 0; }
int cuDriverGetVersion(int *version) { *version = 11040; return 0; }
int cuDeviceGetCount(int *n) { *n = count(); return 0; }
int cuDeviceGet(int *device, int ordinal) { *device = 40 + ordinal; return 0; }
int cuDeviceGetName(char *name, int length, int device) {
  strncpy(name, device == 40 ? "Pretended B" : "Pretended A", length);
  return 0;
}
int cuDeviceTotalMem_v2(size_t *bytes, int device) { *bytes = (size_t)(device - 39) << 34; return 0; }
int cuDeviceGetAttribute(int *value, int attribute, int device) {
  *value = attribute == 75 ? 9 : device - 40;
  return 0;
}
int cuDeviceGetUuid_v2(char *uuid, int device) {
  memset(uuid, device == 40 ? 0xbb : 0xaa, 16);
  return 0;
}
int cuGetErrorString(int status, const char **said) { *said = "out of order"; return status == 999 ? 0 : 1; }

int nvmlInit_v2(void) { return 0; }
int nvmlShutdown(void) { return 0; }
int nvmlDeviceGetCount_v2(unsigned *n) { *n = count(); return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device) { *device = (void *)(size_t)(index + 1); return 0; }
int nvmlDeviceGetUUID(void *device, char *uuid, unsigned length) {
  strncpy(uuid, (size_t)device == 1 ? "GPU-aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
                                    : "GPU-bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb", length);
  return 0;
}
