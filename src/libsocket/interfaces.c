/*
 * getifaddrs(), if_nametoindex() and their like: the stack's interfaces, by the requests of netdevice(7).
 *
 * freeifaddrs() and if_freenameindex() stay the C library's: a list of addresses is one allocation, one of names is an allocation for each name and one for
 * the array, as glibc makes them.
 */
#include "prefix.h"
#include "real.h"
#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { MAXIMUM_INTERFACES = 512 };

struct interface_list {
    int fd;                 /* a socket of the stack, to ask by */
    size_t count;
    struct ifreq *entries;  /* one for each address: an interface with several is in it several times */
};

static void list_close(struct interface_list *list)
{
    int saved = errno;
    free(list->entries);
    close(list->fd);
    errno = saved;
}

static bool list_open(struct interface_list *list)
{
    list->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (list->fd < 0)
        return false;
    list->entries = calloc(MAXIMUM_INTERFACES, sizeof *list->entries);
    struct ifconf asked = { .ifc_len = MAXIMUM_INTERFACES * sizeof *list->entries, .ifc_req = list->entries };
    if (list->entries == NULL || ioctl(list->fd, SIOCGIFCONF, &asked) != 0) {
        list_close(list);
        return false;
    }
    list->count = (size_t)asked.ifc_len / sizeof *list->entries;
    return true;
}

static bool is_first_of_name(const struct interface_list *list, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strncmp(list->entries[i].ifr_name, list->entries[index].ifr_name, IFNAMSIZ) == 0)
            return false;
    }
    return true;
}

/* Asks something about the interface and address of an entry. */
static bool ask(const struct interface_list *list, size_t index, unsigned long request, struct ifreq *answer)
{
    *answer = list->entries[index];
    return ioctl(list->fd, request, answer) == 0;
}

/* One element of the result, with all that it points to. */
struct element {
    struct ifaddrs entry;
    char name[IFNAMSIZ];
    union {
        struct sockaddr any;
        struct sockaddr_ll link;
    } address, netmask, other;
};

static struct ifaddrs *fill(struct element *element, const char *name, unsigned flags)
{
    snprintf(element->name, sizeof element->name, "%.*s", IFNAMSIZ - 1, name);
    element->entry.ifa_name = element->name;
    element->entry.ifa_flags = flags;
    element->entry.ifa_addr = &element->address.any;
    return &element->entry;
}

static void fill_link(const struct interface_list *list, size_t index, struct element *element, unsigned flags)
{
    struct ifreq answer;
    struct sockaddr_ll *link = &element->address.link;
    fill(element, list->entries[index].ifr_name, flags);
    link->sll_family = AF_PACKET;
    if (ask(list, index, SIOCGIFINDEX, &answer))
        link->sll_ifindex = answer.ifr_ifindex;
    if (ask(list, index, SIOCGIFHWADDR, &answer)) {
        link->sll_hatype = answer.ifr_hwaddr.sa_family;
        link->sll_halen = answer.ifr_hwaddr.sa_family == ARPHRD_ETHER || answer.ifr_hwaddr.sa_family == ARPHRD_LOOPBACK ? 6 : 0;
        memcpy(link->sll_addr, answer.ifr_hwaddr.sa_data, link->sll_halen);
    }
}

static void fill_address(const struct interface_list *list, size_t index, struct element *element, unsigned flags)
{
    struct ifreq answer;
    struct ifaddrs *entry = fill(element, list->entries[index].ifr_name, flags);
    element->address.any = list->entries[index].ifr_addr;
    if (ask(list, index, SIOCGIFNETMASK, &answer)) {
        element->netmask.any = answer.ifr_netmask;
        element->netmask.any.sa_family = AF_INET;
        entry->ifa_netmask = &element->netmask.any;
    }
    unsigned long request = (flags & IFF_POINTOPOINT) != 0 ? SIOCGIFDSTADDR : (flags & IFF_BROADCAST) != 0 ? SIOCGIFBRDADDR : 0;
    if (request != 0 && ask(list, index, request, &answer)) {
        element->other.any = answer.ifr_broadaddr;
        entry->ifa_broadaddr = &element->other.any;     /* or ifa_dstaddr: it's one field */
    }
}

EXPORT int getifaddrs(struct ifaddrs **result)
{
    if (prefix_now() == NULL)
        return REAL(getifaddrs)(result);
    struct interface_list list;
    if (!list_open(&list))
        return -1;
    struct element *elements = calloc(list.count * 2 + 1, sizeof *elements);
    if (elements == NULL) {
        list_close(&list);
        return result_of(ENOMEM);
    }
    size_t count = 0;
    for (int addresses = 0; addresses < 2; addresses++) {
        for (size_t i = 0; i < list.count; i++) {
            struct ifreq answer;
            unsigned flags = ask(&list, i, SIOCGIFFLAGS, &answer) ? (unsigned short)answer.ifr_flags : 0;
            if (addresses != 0 && list.entries[i].ifr_addr.sa_family == AF_INET)
                fill_address(&list, i, &elements[count++], flags);
            else if (addresses == 0 && is_first_of_name(&list, i))
                fill_link(&list, i, &elements[count++], flags);
        }
    }
    for (size_t i = 1; i < count; i++)
        elements[i - 1].entry.ifa_next = &elements[i].entry;
    *result = count > 0 ? &elements[0].entry : NULL;
    if (count == 0)
        free(elements);
    list_close(&list);
    return 0;
}

/* One question that needs no more than a socket to ask it by. */
static bool ask_once(unsigned long request, struct ifreq *about)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    int result = ioctl(fd, request, about);
    int saved = errno;
    close(fd);
    errno = saved;
    return result == 0;
}

EXPORT unsigned int if_nametoindex(const char *name)
{
    if (prefix_now() == NULL)
        return REAL(if_nametoindex)(name);
    struct ifreq about = { .ifr_ifindex = 0 };
    if (strlen(name) >= sizeof about.ifr_name) {
        errno = ENODEV;
        return 0;
    }
    strcpy(about.ifr_name, name);
    return ask_once(SIOCGIFINDEX, &about) ? (unsigned)about.ifr_ifindex : 0;
}

EXPORT char *if_indextoname(unsigned int index, char name[IFNAMSIZ])
{
    if (prefix_now() == NULL)
        return REAL(if_indextoname)(index, name);
    struct ifreq about = { .ifr_ifindex = (int)index };
    if (!ask_once(SIOCGIFNAME, &about)) {
        if (errno == ENODEV)
            errno = ENXIO;      /* what POSIX has for it */
        return NULL;
    }
    memcpy(name, about.ifr_name, IFNAMSIZ);
    return name;
}

EXPORT struct if_nameindex *if_nameindex(void)
{
    if (prefix_now() == NULL)
        return REAL(if_nameindex)();
    struct interface_list list;
    if (!list_open(&list))
        return NULL;
    struct if_nameindex *names = calloc(list.count + 1, sizeof *names);
    size_t count = 0;
    for (size_t i = 0; names != NULL && i < list.count; i++) {
        struct ifreq answer;
        if (!is_first_of_name(&list, i) || !ask(&list, i, SIOCGIFINDEX, &answer))
            continue;
        names[count].if_index = (unsigned)answer.ifr_ifindex;
        names[count].if_name = strndup(list.entries[i].ifr_name, IFNAMSIZ);
        if (names[count++].if_name == NULL) {
            if_freenameindex(names);
            names = NULL;
            errno = ENOBUFS;
        }
    }
    list_close(&list);
    return names;
}
