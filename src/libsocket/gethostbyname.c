/* gethostbyname(), gethostbyaddr() and their reentrant forms, on the same lookup as getaddrinfo(). */
#include "prefix.h"
#include "real.h"
#include "resolver.h"
#include <arpa/inet.h>

static int h_errno_of(int error)
{
    switch (error) {
    case 0:
        return NETDB_SUCCESS;
    case EAI_NONAME:
        return HOST_NOT_FOUND;
    case EAI_NODATA:
        return NO_DATA;
    case EAI_AGAIN:
        return TRY_AGAIN;
    case EAI_FAIL:
        return NO_RECOVERY;
    default:
        return NETDB_INTERNAL;
    }
}

/* The pieces of a hostent in the caller's buffer: pointers first, for alignment. ERANGE: it's too small. */
static int pack(const struct host *host, int family, struct hostent *entry, char *buffer, size_t size)
{
    size_t misaligned = (uintptr_t)buffer % _Alignof(char *);
    size_t skip = misaligned == 0 ? 0 : _Alignof(char *) - misaligned;
    size_t each = host_address_size(family);
    size_t pointers = (host->count + 2) * sizeof(char *);
    size_t name = strlen(host->name) + 1;
    if (size < skip + pointers + host->count * each + name)
        return ERANGE;
    char **list = (char **)(void *)(buffer + skip);
    char *at = buffer + skip + pointers;
    size_t count = 0;
    for (size_t i = 0; i < host->count; i++) {
        if (host->addresses[i].family != family)
            continue;
        memcpy(at, host->addresses[i].bytes, each);
        list[count++] = at;
        at += each;
    }
    list[count] = NULL;
    list[host->count + 1] = NULL;
    memcpy(at, host->name, name);
    *entry = (struct hostent){
        .h_name = at,
        .h_aliases = &list[host->count + 1],
        .h_addrtype = family,
        .h_length = (int)each,
        .h_addr_list = list,
    };
    return 0;
}

static int finish(int error, const struct host *host, int family, struct hostent *entry, char *buffer, size_t size, struct hostent **result, int *host_error)
{
    *result = NULL;
    *host_error = h_errno_of(error);
    if (error != 0)
        return error == EAI_SYSTEM ? errno : error == EAI_MEMORY ? ENOMEM : 0;
    int packed = pack(host, family, entry, buffer, size);
    if (packed != 0) {
        *host_error = NETDB_INTERNAL;
        return errno = packed;
    }
    *result = entry;
    return 0;
}

static int find(const char *prefix, const char *name, int family, struct host *host)
{
    struct in6_addr bytes;
    if (family == AF_INET ? inet_aton(name, (struct in_addr *)&bytes) == 1 : inet_pton(AF_INET6, name, &bytes) == 1) {
        snprintf(host->name, sizeof host->name, "%s", name);
        host->count = 0;
        host_add(host, family, &bytes);
        return 0;
    }
    return resolver_find_name(prefix, name, (struct wanted_families){ .inet = family == AF_INET, .inet6 = family == AF_INET6 }, host);
}

EXPORT int gethostbyname2_r(const char *restrict name, int family, struct hostent *restrict entry, char *restrict buffer, size_t size,
    struct hostent **restrict result, int *restrict host_error)
{
    const char *prefix = prefix_now();
    if (prefix == NULL)
        return REAL(gethostbyname2_r)(name, family, entry, buffer, size, result, host_error);
    *result = NULL;
    *host_error = NETDB_INTERNAL;
    if (family != AF_INET && family != AF_INET6)
        return EAFNOSUPPORT;
    struct host host;
    return finish(find(prefix, name, family, &host), &host, family, entry, buffer, size, result, host_error);
}

EXPORT int gethostbyname_r(const char *restrict name, struct hostent *restrict entry, char *restrict buffer, size_t size,
    struct hostent **restrict result, int *restrict host_error)
{
    if (prefix_now() == NULL)
        return REAL(gethostbyname_r)(name, entry, buffer, size, result, host_error);
    return gethostbyname2_r(name, AF_INET, entry, buffer, size, result, host_error);
}

EXPORT int gethostbyaddr_r(const void *restrict address, socklen_t length, int family, struct hostent *restrict entry, char *restrict buffer, size_t size,
    struct hostent **restrict result, int *restrict host_error)
{
    const char *prefix = prefix_now();
    if (prefix == NULL)
        return REAL(gethostbyaddr_r)(address, length, family, entry, buffer, size, result, host_error);
    *result = NULL;
    *host_error = NETDB_INTERNAL;
    if ((family != AF_INET && family != AF_INET6) || length != host_address_size(family))
        return EINVAL;
    struct host host = { .count = 0 };
    host_add(&host, family, address);
    int error = resolver_find_address(prefix, &host.addresses[0], host.name);
    return finish(error, &host, family, entry, buffer, size, result, host_error);
}

/* The forms that aren't reentrant give one place again and again, as the C library's do. */
static struct hostent shared_entry;
static char shared_buffer[RESOLVER_MAXIMUM_NAME + RESOLVER_MAXIMUM_ADDRESSES * (sizeof(char *) + sizeof(struct in6_addr)) + 64];

EXPORT struct hostent *gethostbyname2(const char *name, int family)
{
    if (prefix_now() == NULL)
        return REAL(gethostbyname2)(name, family);
    struct hostent *result;
    int host_error;
    gethostbyname2_r(name, family, &shared_entry, shared_buffer, sizeof shared_buffer, &result, &host_error);
    h_errno = host_error;
    return result;
}

EXPORT struct hostent *gethostbyname(const char *name)
{
    return prefix_now() == NULL ? REAL(gethostbyname)(name) : gethostbyname2(name, AF_INET);
}

EXPORT struct hostent *gethostbyaddr(const void *address, socklen_t length, int family)
{
    if (prefix_now() == NULL)
        return REAL(gethostbyaddr)(address, length, family);
    struct hostent *result;
    int host_error;
    gethostbyaddr_r(address, length, family, &shared_entry, shared_buffer, sizeof shared_buffer, &result, &host_error);
    h_errno = host_error;
    return result;
}
