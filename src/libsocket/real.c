#include "real.h"
#include <dlfcn.h>

struct real_functions real_functions;
atomic_bool real_functions_found;

void real_functions_find(void)
{
    int saved = errno;
    /* POSIX has function pointers and object pointers interchangeable for dlsym's sake; ISO C has not, hence the copy. */
#define REAL_FIND(type, name, arguments) \
    { \
        void *address = dlsym(RTLD_NEXT, #name); \
        memcpy(&real_functions.name, &address, sizeof address); \
    }
    REAL_FUNCTIONS(REAL_FIND)
#undef REAL_FIND
    atomic_store_explicit(&real_functions_found, true, memory_order_release);
    errno = saved;
}
